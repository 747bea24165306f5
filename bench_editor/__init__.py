"""How the editor feels with large workflows and large data, measured in a headless Chromium."""
