"""The commands of `kg`, one a module; kg/cli.py lists them."""
