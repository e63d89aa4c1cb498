"""What a network costs on a target, and which layer is to blame."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCost:
    """One kernel call. `ram_bytes`: all that is live while it runs; `flash_bytes`: its constants and call;
    `fallback`: why it is none of the backend's own kernels, empty where it is."""

    layer: str
    kernel: str
    macs: int
    ram_bytes: int
    flash_bytes: int
    cycles: int
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashCost:
    """`constants`: weights, biases, tables; `kernels`: code of kernels used, once each; `calls`: the rest."""

    constants_bytes: int
    kernels_bytes: int
    calls_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """RAM is exact; flash a model of the linked size; cycles, latency and energy are estimates and say so
    wherever they are shown. MACs and parameters are counted before batch-norm folding (docs/design.md).
    """

    arena_bytes: int
    state_bytes: int
    flash: FlashCost
    macs: int
    parameters: int
    cycles: int
    latency_us: float
    energy_uj: float | None
    layers: tuple[LayerCost, ...]
    input_bytes: int = 0

    @property
    def macs_left(self) -> int:
        """Multiplies of the kernel calls: `macs` less those of what never varies and was taken out. More than
        `macs` where a batch norm that nothing could take over became a convolution."""
        return sum(layer.macs for layer in self.layers)

    @property
    def ram_bytes(self) -> int:
        """Arena, state, and inputs that lie outside the arena together."""
        return self.arena_bytes + self.state_bytes + self.input_bytes

    @property
    def flash_bytes(self) -> int:
        """Constants and code together."""
        return self.flash.constants_bytes + self.flash.kernels_bytes + self.flash.calls_bytes
