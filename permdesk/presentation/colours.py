"""Colours of grounds, lines and text in the light and the dark scheme; those of statuses are in appearance."""

from typing import Final

#: role -> (light, dark).
COLOURS: Final[dict[str, tuple[str, str]]] = {
    "window": ("#F2F4F6", "#1A1C20"),
    "panel": ("#FFFFFF", "#212429"),
    "raised": ("#F8F9FA", "#272A30"),
    "line": ("#DCE0E5", "#363A42"),
    "edge": ("#7D8590", "#7B838F"),
    "text": ("#1A1E24", "#E7E9EC"),
    "text2": ("#454D59", "#BDC2CA"),
    "muted": ("#5C6470", "#A0A7B2"),
    "accent": ("#2457C5", "#82ABFF"),
    "on-accent": ("#FFFFFF", "#0E1A33"),
    "selection": ("#E3ECFB", "#263450"),
    "selection-idle": ("#E6E9EE", "#31353D"),
    "hover": ("#EEF1F5", "#2A2D34"),
    "hatch": ("#C6CFDA", "#414B5A"),
    "pressed": ("#DFE4EB", "#3B3F48"),
    "accent-pressed": ("#214FB3", "#94B7FF"),
    "track": ("#DCE0E5", "#363A42"),
    "sheet-edge": ("#B4BBC5", "#565C67"),
}
