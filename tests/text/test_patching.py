"""Which code changes the target in memory, and which only looks as if it did."""

from __future__ import annotations

import ast

import pytest

from coordinator.text import patching

TARGET = frozenset({"train", "model"})

PATCHES = [
    "import train\ntrain.LR = 3",
    "import train as t\nt.LR += 1",
    "import train\ntrain.LR: int = 3",
    "import train\ndel train.LR",
    "import train\ntrain.CONFIG['lr'] = 3",
    "import train.deep.er\ntrain.deep.er.x = 1",
    "import train.deep as d\nd.x = 1",
    "from train import CONFIG\nCONFIG['lr'] = 3",
    "from train.deep import Model\nModel.fit = None",
    "from train import Model as M\nM.fit = None",
    "import train\nfor train.x in []: pass",
    "import train\nwith open('f') as train.x: pass",
    "import train\ndef f():\n    train.x = 1",
    "import train\nsetattr(train, 'x', 1)",
    "import train\ndelattr(train.Model, 'x')",
    "import train\ntrain.__dict__['x'] = 1",
    "import train\nvars(train)['x'] = 1",
    "from unittest import mock\nmock.patch('train.x')",
    "from unittest.mock import patch\n@patch('train.x')\ndef f(): pass",
    "import train\nfrom unittest.mock import patch\nwith patch.object(train, 'x'): pass",
    "import train\nmonkeypatch.setattr(train, 'x', 1)",
    "import train\nmonkeypatch.setitem(train.CONFIG, 'x', 1)",
    "import importlib\nm = importlib.import_module('train')\nm.x = 1",
    "m = __import__('train.deep')\nm.x = 1",
    "import sys\nsys.modules['train'] = None",
    "from sys import modules\nmodules['train'].x = 1",
]
INNOCENT = [
    "",
    "import train\nprint(train.LR)",
    "import train\nlr = train.LR\nlr = 3",
    "import train\nmodel = train.Model()\nmodel.rate = 3",
    "import numpy\nnumpy.x = 1",
    "import training\ntraining.x = 1",
    "from . import train\ntrain.x = 1",
    "from train import CONFIG\nCONFIG = dict(CONFIG)\nCONFIG['lr'] = 3",
    "import train\ndef f(train):\n    train.x = 1",
    "import train\ntrain.fit(x=1)",
    "import train\nsetattr(other, 'x', train)",
    "import train\nsetattr()",
    "import train\ngetattr(train, 'x')",
    "from unittest import mock\nmock.patch('numpy.x')",
    "x = {}\nx['train'] = 1",
    "m = make('train')\nm.x = 1",
    "m = __import__(name)\nm.x = 1",
    "import sys\nsys.modules['numpy'] = None",
    "import sys\nsys.modules[name].x = 1",
    "f().x = 1",
    "f()().x[0] = 1",
    "x.y[z](train).a = 1",
]


@pytest.mark.parametrize("source", PATCHES)
def test_patching_is_seen(source: str) -> None:
    """Assigning, deleting, setattr and mock.patch on what was imported from the target."""
    assert patching.patches(ast.parse(source), TARGET)


@pytest.mark.parametrize("source", INNOCENT)
def test_reading_and_own_objects_are_not_patching(source: str) -> None:
    """A false suspicion costs a worker its plan."""
    assert not patching.patches(ast.parse(source), TARGET)


@pytest.mark.parametrize("source", PATCHES)
def test_only_the_target_counts(source: str) -> None:
    """The same code against another target is innocent."""
    assert not patching.patches(ast.parse(source), frozenset({"elsewhere"}))
