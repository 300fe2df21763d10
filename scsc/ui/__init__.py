"""The interface shell: frame of every page, components, form rendering, fonts, public pages."""
