"""A push by hand: `python -m tests.doubles.dingtalk --secret SECtest --keyword 日报`."""

import argparse
import time

from tests.doubles.dingtalk import DingTalkDouble


def main() -> None:
    """Stand in for a robot until interrupted, and print what its group receives."""
    parser = argparse.ArgumentParser(description="A stand-in for DingTalk's group robot on this machine.")
    parser.add_argument("--secret", default="", help="signing secret")
    parser.add_argument("--keyword", help="keyword that every message has to hold")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with DingTalkDouble(options.secret, options.keyword, port=options.port) as ding:
        print(f"webhook: {ding.webhook}", flush=True)
        shown = 0
        try:
            while True:
                time.sleep(0.2)
                for message in ding.messages[shown:]:
                    print(f"\n── {message.title} ──\n{message.text}", flush=True)
                    shown += 1
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
