/** Node types that make workflows modules of one another. */
export const moduleType = 'flow.run_workflow'
export const moduleTrigger = 'trigger.workflow'
export const moduleTriggerName = 'When called by another workflow'
