"""What a bed is worth to those who come next, learnt by replaying who came before."""

from __future__ import annotations
