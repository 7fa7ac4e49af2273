"""The check of the locks bites."""

from tests.architecture import locks

HASHED = "anyio==4.1 \\\n    --hash=sha256:00\nidna==3.1 ; sys_platform == 'win32' \\\n    --hash=sha256:01\n"


def test_a_hashed_lock_without_hosts_is_good() -> None:
    assert list(locks.faults_of_text("x", HASHED)) == []


def test_a_missing_hash_is_named() -> None:
    assert list(locks.faults_of_text("x", HASHED + "six==1.0\n")) == ["x: six==1.0 has no hash"]


def test_a_named_host_is_found() -> None:
    for line in (
        "--index-url https://example.org/simple\n",
        "--find-links wheels\n",
        "six @ file:///tmp/six\n",
    ):
        assert list(locks.faults_of_text("x", line + HASHED)), line


def test_a_declared_package_that_is_not_locked_is_named() -> None:
    everything = locks.pins(HASHED)
    assert (
        list(locks.faults_of_step("x", ["anyio>=4", "idna==3.1", "matka-shared"], HASHED, everything)) == []
    )
    assert "six is declared but not locked" in next(locks.faults_of_step("x", ["six"], HASHED, everything))
    assert "locked at 4.1" in next(locks.faults_of_step("x", ["anyio==4.2"], HASHED, everything))


def test_a_lock_that_leaves_the_common_one_is_named() -> None:
    assert "is not what all.txt has" in next(
        locks.faults_of_step("x", [], HASHED, {"anyio": "4.0", "idna": "3.1"})
    )


def test_the_locks_of_this_checkout_are_good() -> None:
    assert locks.check(locks.ROOT) == []
