"""Tests of the model room. A package, because other rooms have files of the same name."""
