"""Operators by family; others import them from compiler.ir.ops."""
