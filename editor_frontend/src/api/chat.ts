/** Talking to a workflow: each message is a run, whose answer is the reply. */
import { request } from './client'
import type { ChatReply } from './types'

export interface ChatLine {
  role: 'user' | 'assistant'
  content: string
}

export interface ChatRequest {
  message: string
  session: string
  history: ChatLine[]
  node: string
  version: 'draft' | 'live'
}

export function sendChat(workflowId: string, body: ChatRequest): Promise<{ run_id: string }> {
  return request('POST', `/workflows/${workflowId}/chat`, { body })
}

export function chatReply(workflowId: string, runId: string): Promise<ChatReply> {
  return request('GET', `/workflows/${workflowId}/chat/${runId}`)
}
