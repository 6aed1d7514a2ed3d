"""Cases and an assistant to measurements. Knows nothing of web pages."""
