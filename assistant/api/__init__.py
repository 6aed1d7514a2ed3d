"""The assistant for programs: HTTP routes with JSON, an OpenAI-compatible endpoint, access and limits."""
