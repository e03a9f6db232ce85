"""How exact a page is taken: every length and share by which letters, lines, boxes and tables of a page are told apart, in one place."""

from __future__ import annotations

from msgspec import Struct


class Tolerances(Struct, frozen=True):
    """Found on the forms of many programs; a value stands here once, with what it is measured in."""

    # Points (1/72 inch): letters and columns.
    column_begins: float = 2.5  # texts of one column begin together
    column_exact: float = 1.0  # … and where they stand close to the one before exactly so
    mark_indent: float = 4.0  # a drawn box in its column
    cell_padding: float = 11.0  # both margins of a cell
    cell_margin: float = 5.6  # one of them at most; Word's default is 5.4
    same_column: float = 4.0  # between a table's lines before and after a page break
    line_slack: float = 1.0  # a letter's middle above or below its line
    usual_letter: float = 10.0  # where nothing tells a letter's size
    gutter: float = 3.0  # left and right of the middle between two columns of text
    blank_least: float = 1.0  # of a blank's width
    bold_offset: float = 1.1  # between the drawings of one bold letter
    bold_step: float = 4.0  # more than any such offset
    bold_least: float = 0.3
    tiny_letter: float = 1.2  # letters of this size nobody reads
    field_letter: float = 12.0  # of a form field's value at most
    same_place: float = 3.0  # one letter drawn twice

    # Points: ruling lines and drawn boxes.
    on_table: float = 1.0  # a letter beside its table
    rules_touch: float = 3.0  # lines that meet
    rules_snap: float = 2.0  # lines side by side that are one (double borders)
    rules_join: float = 4.0  # pieces in a row that are one (dashes)
    thin: float = 3.0  # a filled rectangle thinner than this is a line
    hairline: float = 1.5  # a stroked rectangle thinner than this is a line
    dot: float = 0.2  # of a dotted line at most
    shortest_rule: float = 8.0  # of a table
    shortest_ruling: float = 15.0  # below words that are laid over a form
    ruling_thick: float = 3.0
    band_high: float = 60.0  # a row's coloured ground at most
    row_step: float = 20.0  # by which the letters of such a ground are looked up
    corner: float = 1.0  # a point beside the corner of its box
    edge: float = 0.5  # a point beside the edge of its area
    sides_meet: float = 1.5  # the four short lines of one box
    box_smallest: float = 5.0  # side of a drawn box
    box_largest: float = 22.0
    box_slack: float = 1.0  # a mark beside its box
    stroke_most: float = 30.0  # of a tick
    ink_largest: float = 40.0  # of a tick drawn as a mark-up; what is larger is a drawing
    curve_largest: float = 40.0
    outline_least: float = 2.0  # of a letter turned into an outline
    outline_most: float = 40.0

    # Points: areas that cover, lines that strike.
    tile: float = 60.0  # side of the squares by which letters and areas are looked up
    area_smallest: float = 3.0  # a thinner area is a line
    area_small: float = 40.0  # ticks and drawn boxes are smaller
    area_tick: float = 2.5  # … and no thinner
    area_margin: float = 0.4
    stroke_thick: float = 3.0  # a stroke of this width is an area
    strike_thick: float = 2.5  # a level line's at most
    strike_short: float = 3.0  # and this long at least
    strike_level: float = 1.0  # between the pieces of one line, in height
    strike_dash: float = 2.0  # … and in length
    clip_slack: float = 1.0

    # Of the letter size.
    tab_gap: float = 2.0  # farther apart stands another column
    mark_hangs: float = 0.6  # an opening quotation mark, whose left half is empty, out of its column
    column_gap: float = 0.5  # nearer than this stands the same column, however many lines go on there
    same_line: float = 0.5  # overlap in height
    size_least: float = 0.8  # letters of one paragraph differ less
    size_most: float = 1.25
    row_goes_on: float = 1.2  # from the row's bottom to its next line
    paragraph_goes_on: float = 1.6
    indent: float = 1.2
    one_middle: float = 0.5  # between the middles of two cells of a row
    centred: float = 3.0  # a line that begins farther in is centred
    margin_differs: float = 0.1  # between programs
    at_edge: float = 1.1
    full_cell: float = 0.5
    gap_wide: float = 0.6  # a blank: between wide letters …
    gap_marks: float = 0.45  # … beside marks …
    gap_latin: float = 0.22  # … between Latin ones
    bold_share: float = 0.06
    bold_width: float = 0.55  # of the letter's width
    beside_origin: float = 0.3  # where a letter begins, from its place
    turned_gap: float = 1.0  # between letters of words that stand upright
    piece_reach: float = 1.5  # of one piece of words laid over a form
    on_ruling: float = 0.35
    beside_ruling: float = 0.4
    strike_over: float = 0.25
    strike_high: float = 1.8
    strike_slash: float = 1.2  # how long a stroke is that strikes words; steeper ones are ticks and single letters'
    strike_from: float = 0.12  # above a letter's lower edge: lower are underlines, …
    strike_to: float = 0.62  # … higher overlines
    strike_beside: float = 0.7
    put_right: float = 0.9  # the letters written above struck ones at most
    laid_large: float = 1.6  # times the form's letters
    laid_huge: float = 3.0

    # Of a box, a line or another letter.
    box_square: float = 0.75  # width to height at least
    box_square_most: float = 1.33
    circle: float = 0.12  # how far its points are from the circle within it
    dot_in_ring: float = 0.8  # of the ring's width at most
    box_filled: float = 0.2  # of its area
    mark_crosses: float = 0.6  # of its width
    blank_exact: float = 0.1  # of a blank's width: several in a row
    mark_least: float = 0.3
    mark_both_ways: float = 0.25
    sign_overlaps: float = 0.45
    sign_height: float = 0.4
    letters_wide: float = 0.4  # overlap of two letters
    letters_high: float = 0.3
    near_edge: float = 0.08  # of the box's width
    band_text: float = 1.6  # a ground's height to that of its letters
    strike_on_text: float = 0.4  # of the line's length
    text_to_bound: float = 0.45  # of the page's text width
    column_full: float = 0.75  # of a column, by the text of one of its lines
    column_wide: float = 0.9  # of half the text's width: a column without the gutter
    columns_full: float = 0.6  # of the lines

    # Of the page.
    torn: float = 0.25  # above and below, where a page break may have gone through a row
    foot: float = 0.88  # page numbers stand below
    head: float = 0.08  # … or above
    mark_head: float = 0.15  # what is marked as a header stands above
    mark_foot: float = 0.85  # … as a footer below
    scan_largest: float = 0.15  # pictures where there are no words
    scan_all: float = 0.3
    scan_title: float = 0.4
    ground_most: float = 0.9  # a filled rectangle that is the page's ground
    askew: float = 0.05  # sine of the angle to the page's edges; a crooked scan is below


PAGE = Tolerances()
