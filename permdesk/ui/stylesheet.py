"""The style sheet: edges, fills and sizes that a palette cannot say, made from the tokens."""

from collections.abc import Callable

from PySide6.QtGui import QColor

# Widgets choose among these by the dynamic property "kind".
_SHEET = """
QWidget[ground="window"] {{ background: {window}; }}
QWidget[ground="panel"] {{ background: {panel}; }}
QWidget[ground="raised"] {{ background: {raised}; }}
QFrame[kind="rule"] {{ background: {line}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[kind="rule-vertical"] {{ background: {line}; border: 0; max-width: 1px; min-width: 1px; }}
QPushButton {{ background: {panel}; color: {text}; border: 1px solid {edge}; border-radius: 4px;
  padding: 0 11px; min-height: {button_inner}px; }}
QPushButton[small="true"] {{ min-height: {small_inner}px; padding: 0 9px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed, QPushButton:checked {{ background: {pressed}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 0 10px; }}
QPushButton[small="true"]:focus {{ padding: 0 8px; }}
QPushButton:disabled {{ color: {muted}; border: 1px solid {line}; background: transparent; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {on_accent}; border: 1px solid {accent}; }}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{ background: {accent_pressed}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[kind="primary"]:disabled {{ color: {muted}; background: transparent; border: 1px solid {line}; }}
QPushButton[kind="accent"] {{ color: {accent}; border: 1px solid {accent}; }}
QPushButton[kind="accent"]:focus {{ border: 2px solid {accent}; }}
QPushButton[kind="flat"], QToolButton[kind="flat"] {{ background: transparent; border: 1px solid transparent; }}
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover {{ background: {hover}; }}
QPushButton[kind="flat"]:pressed, QToolButton[kind="flat"]:pressed {{ background: {pressed}; }}
QPushButton[kind="flat"]:focus {{ border: 2px solid {accent}; }}
QPushButton[kind="flat"]:disabled {{ border: 1px solid transparent; }}
QPushButton[kind="link"] {{ background: transparent; border: 1px solid transparent; color: {accent}; padding: 0 1px;
  min-height: {link_inner}px; text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {accent}; padding: 0; }}
QPushButton[kind="link"][quiet="true"] {{ color: {text}; }}
QPushButton[kind="link"]:disabled {{ color: {muted}; }}
QPushButton::menu-indicator, QToolButton::menu-indicator {{ image: none; width: 0; }}
QToolButton {{ border: 1px solid transparent; border-radius: 4px; background: transparent; color: {text};
  padding: 3px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed {{ background: {pressed}; }}
QToolButton:focus {{ border: 2px solid {accent}; padding: 2px; }}
QToolButton:disabled {{ color: {muted}; }}
QToolButton[kind="chip"] {{ border: 1px solid {line}; background: {panel}; padding: 0 6px;
  min-height: {chip_inner}px; }}
QToolButton[kind="chip"]:hover {{ background: {hover}; }}
QToolButton[kind="chip"]:checked, QToolButton[kind="chip"][active="true"] {{ background: {selection};
  border: 1px solid {accent}; color: {accent}; }}
QToolButton[kind="chip"]:focus {{ border: 2px solid {accent}; padding: 0 5px; }}
QFrame[kind="segments"] {{ border: 1px solid {edge}; border-radius: 4px; background: {panel}; }}
QToolButton[kind="segment"] {{ border: 0; border-right: 1px solid {line}; border-radius: 0; padding: 0 9px;
  min-height: {small_inner}px; }}
QToolButton[kind="segment"][place="last"] {{ border-right: 0; border-top-right-radius: 3px;
  border-bottom-right-radius: 3px; }}
QToolButton[kind="segment"][place="first"] {{ border-top-left-radius: 3px; border-bottom-left-radius: 3px; }}
QToolButton[kind="segment"]:checked {{ background: {selection}; color: {accent}; font-weight: 600; }}
QToolButton[kind="segment"]:focus {{ border: 2px solid {accent}; padding: 0 7px; }}
QLineEdit {{ background: {panel}; color: {text}; border: 1px solid {edge}; border-radius: 4px; padding: 0 5px;
  min-height: {button_inner}px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit[small="true"] {{ min-height: {small_inner}px; }}
QLineEdit:focus {{ border: 2px solid {accent}; padding: 0 4px; }}
QLineEdit, QPlainTextEdit {{ placeholder-text-color: {muted}; }}
QLineEdit:disabled {{ color: {muted}; border: 1px solid {line}; background: transparent; }}
QLineEdit QToolButton {{ border: 0; padding: 0; background: transparent; }}
QPlainTextEdit, QTextEdit, QTextBrowser {{ background: {panel}; color: {text}; border: 1px solid {edge};
  border-radius: 4px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus {{ border: 2px solid {accent}; }}
QTreeWidget::item {{ padding: 0 5px; color: {text}; }}
QTreeWidget::item:selected {{ background: {selection}; }}
QDateEdit, QComboBox {{ background: {panel}; color: {text}; border: 1px solid {edge}; border-radius: 4px;
  padding: 0 5px; min-height: {button_inner}px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QDateEdit:focus, QComboBox:focus {{ border: 2px solid {accent}; padding: 0 4px; }}
QDateEdit:disabled, QComboBox:disabled {{ color: {muted}; border: 1px solid {line}; background: transparent; }}
QDateEdit::drop-down, QComboBox::drop-down {{ border: 0; width: 28px; }}
QDateEdit::down-arrow, QComboBox::down-arrow {{ image: none; }}
QComboBox {{ padding: 0 7px; }}
QComboBox:focus {{ padding: 0 6px; }}
QComboBox QAbstractItemView {{ background: {panel}; color: {text}; border: 1px solid {edge}; outline: 0;
  selection-background-color: {selection}; selection-color: {text}; }}
QTreeView, QTableView, QListView {{ border: 0; outline: 0; background: {panel}; }}
QHeaderView {{ background: {raised}; border: 0; }}
QHeaderView::section {{ background: {raised}; color: {text2}; border: 0; border-right: 1px solid {line};
  border-bottom: 1px solid {line}; padding: 0 8px; }}
QHeaderView::section:hover {{ background: {hover}; }}
QSplitter::handle {{ background: {line}; }}
QScrollArea {{ border: 0; background: transparent; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {edge}; padding: 4px 6px; }}
QMenu {{ background: {panel}; color: {text}; border: 1px solid {edge}; padding: 4px 0; }}
QMenu::item {{ padding: 5px 24px 5px 12px; }}
QMenu::icon {{ padding-left: 10px; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 0; }}
QProgressBar {{ background: {track}; border: 0; max-height: 6px; min-height: 6px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""

_ROLES = (
    *("window", "panel", "raised", "line", "edge", "text", "text2", "muted", "track"),
    *("accent", "on-accent", "accent-pressed", "selection", "hover", "pressed"),
)


def style_sheet(color: Callable[[str], QColor], size: Callable[[str], int], high_contrast: bool) -> str:
    """Return the style sheet in the colours and heights of a theme.

    Args:
        color: role -> colour.
        size: name -> logical pixels.
        high_contrast: True where lines between things have to be as strong as text.
    """
    values: dict[str, str | int] = {role.replace("-", "_"): color(role).name() for role in _ROLES}
    if high_contrast:
        values["selection"] = color("panel").name()
    # A style sheet's min-height is that of the content: 1 px of edge above and below is added to it.
    values["button_inner"] = size("button") - 2
    values["small_inner"] = size("pane-button") - 2
    values["link_inner"] = 20
    values["chip_inner"] = 20
    return _SHEET.format(**values)
