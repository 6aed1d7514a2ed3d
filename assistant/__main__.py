"""Command line: `python -m assistant ask "question"`, assistant/cli.py; or `mcp`, assistant/mcp_server.py."""

import sys

if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["mcp"]:  # its libraries take a second to import, which questions need not wait
            from assistant.mcp_server import main as serve

            sys.exit(serve(sys.argv[2:]))
        from assistant.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # pressed while the libraries are being imported
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
