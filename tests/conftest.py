"""What every suite shares."""

pytest_plugins = ["tests.support.broker", "tests.support.mongodb"]
