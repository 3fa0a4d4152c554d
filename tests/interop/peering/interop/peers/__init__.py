from .bird import Bird
from .exabgp import Exabgp
from .frr import Frr
from .gobgp import Gobgp

ALL = {"frr": Frr, "bird": Bird, "gobgp": Gobgp, "exabgp": Exabgp}
