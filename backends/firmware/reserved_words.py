"""Names that generated C must not take, all in lower case: reservations are compared without case."""

_KEYWORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while asm typeof alignas alignof and and_eq bitand bitor bool catch
    char8_t char16_t char32_t class compl concept consteval constexpr constinit const_cast co_await
    co_return co_yield decltype delete dynamic_cast explicit export false friend mutable namespace
    new noexcept not not_eq nullptr operator or or_eq private protected public reinterpret_cast
    requires static_assert static_cast template this thread_local throw true try typeid typename
    using virtual wchar_t xor xor_eq import module override final transaction_safe
"""

_MACROS = """
    null eof main errno assert offsetof stdin stdout stderr linux unix i386 arm
"""

_HEADERS = """
    algorithm array assert bitset chrono cmath complex cstddef cstdint cstring ctype errno fenv
    float functional inttypes iostream iso646 limits list locale map math memory new numeric queue
    random ratio set setjmp signal span stack stdalign stdarg stdatomic stdbool stddef stdint stdio
    stdlib stdnoreturn string strings tgmath thread threads time tuple uchar utility variant vector
    version wchar wctype unistd
"""

_SELFTEST = """
    host layers selftest semihosting startup vectors
"""

C_WORDS = frozenset(_KEYWORDS.split()) | frozenset(_MACROS.split())
"""Keywords of C and C++, and names that compilers or headers define."""

HEADER_STEMS = frozenset(_HEADERS.split()) | frozenset(_SELFTEST.split())
"""Standard headers, and the files in selftest/: a generated NAME.h must not hide one."""
