"""DingTalk: a message to a group, through the group's custom robot.

A push has three steps::

    robot = Robot.parse(webhook, secret="SEC...", keyword="日报")
    plan = plan_message(Message("# 销售日报"), robot.keywords)     # all that would be sent, no network
    outcome = RobotClient(robot, FileStore("state")).push(plan, key="2023-10-27")
"""

from daybook.dingtalk.deliver import Outcome, PartState, RobotClient, RobotError
from daybook.dingtalk.message import Button, Mentions, Message
from daybook.dingtalk.plan import BODY_BUDGET, BODY_LIMIT, MAX_PARTS, Part, Plan, plan_message, title_of
from daybook.dingtalk.robot import Robot, parse_keywords, sign
from daybook.dingtalk.transport import RobotTransport
from daybook.parameters import MessageType
from daybook.transport import Clock

__all__ = [
    "BODY_BUDGET",
    "BODY_LIMIT",
    "MAX_PARTS",
    "Button",
    "Clock",
    "Mentions",
    "Message",
    "MessageType",
    "Outcome",
    "Part",
    "PartState",
    "Plan",
    "Robot",
    "RobotClient",
    "RobotError",
    "RobotTransport",
    "parse_keywords",
    "plan_message",
    "sign",
    "title_of",
]
