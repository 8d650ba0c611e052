"""A workflow's call graph as text for Mermaid or Graphviz, or as a picture."""
