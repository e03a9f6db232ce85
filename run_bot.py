"""Start the intake bot: ``python run_bot.py COMMAND``."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
