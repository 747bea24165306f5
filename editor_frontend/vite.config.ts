import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const backend = process.env.BACKEND_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { outDir: "dist", assetsDir: "assets", target: "es2022", chunkSizeWarningLimit: 700 },
  server: {
    // The Host header stays as the browser sent it: the server compares it with Origin.
    proxy: Object.fromEntries(
      ["/api", "/webhook", "/admin", "/static", "/ws"].map((path) => [
        path,
        { target: backend, changeOrigin: false, ws: path === "/ws" },
      ]),
    ),
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
