from tests.flow.conftest import office  # noqa: F401
