"""Settings for every test: the machine may be slow, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("steady", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("steady")
