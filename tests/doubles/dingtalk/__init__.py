"""A double of DingTalk's group robot on loopback, as the real one behaves: see `DingTalkDouble`."""

from tests.doubles.dingtalk.robot import TOKEN, DingTalkDouble, Fault, Request
from tests.doubles.dingtalk.rules import Post, Style, refusal

__all__ = ["TOKEN", "DingTalkDouble", "Fault", "Post", "Request", "Style", "refusal"]
