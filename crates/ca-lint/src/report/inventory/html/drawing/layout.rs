//! Where boxes go: in columns, each box near those that it hangs together with.
//!
//! The columns are given by what the boxes are, which leaves of layered drawing
//! (Sugiyama and others, 1981) its last steps: a lane through each column that an
//! arrow crosses, so that it runs between the boxes there; the order in a column
//! by the middle of the neighbours; and the height. All of it is done in whole
//! pixels, so that it comes out the same everywhere.

use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Between the columns; arrows run here.
const BETWEEN_COLUMNS: i64 = 90;
/// Between the boxes of a column.
const BETWEEN_BOXES: i64 = 12;
/// A lane for one arrow, and what lies between it and the next one.
const LANE: i64 = 5;
const MARGIN: i64 = 8;
/// After these many rounds hardly anything moves.
const ROUNDS: usize = 6;

/// What is to be placed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) column: usize,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// An arrow between two boxes, by their numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A box in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// The whole drawing.
#[derive(Debug)]
pub(super) struct Layout {
    /// In the order in which sizes were given; after them the lanes.
    boxes: Vec<Placed>,
    /// How many are no lanes.
    count: usize,
    /// For each line its ends, and the lanes between them.
    ways: Vec<Vec<usize>>,
    /// The columns that have boxes, and where they begin.
    pub(super) columns: Vec<(usize, i64)>,
    pub(super) width: i64,
    pub(super) height: i64,
}

impl Layout {
    /// Places everything; a box is as wide as the widest of its column.
    pub(super) fn new(mut sizes: Vec<Size>, lines: &[Line]) -> Self {
        let count = sizes.len();
        let used: BTreeSet<usize> = sizes.iter().map(|size| size.column).collect();
        let ways = lines.iter().map(|line| way(*line, &mut sizes, &used));
        let mut layout = Self {
            ways: ways.collect(),
            boxes: vec![Placed::default(); sizes.len()],
            count,
            columns: Vec::new(),
            width: 0,
            height: 0,
        };
        let mut columns = layout.lay_columns(&sizes);
        let neighbours = layout.neighbours();
        for round in 0..ROUNDS {
            for at in 0..columns.len() {
                // There and back, so that neither side decides alone.
                let at = if round % 2 == 0 {
                    at
                } else {
                    columns.len() - 1 - at
                };
                layout.order(&mut columns[at], &neighbours);
            }
        }
        layout.fit();
        layout
    }

    /// The boxes, in the order in which sizes were given.
    pub(super) fn boxes(&self) -> &[Placed] {
        &self.boxes[..self.count]
    }

    /// The way of each arrow, as the `d` of an SVG path.
    pub(super) fn curves(&self) -> impl Iterator<Item = String> {
        self.ways.iter().map(|way| {
            let steps = way.windows(2).map(|ends| self.curve(ends[0], ends[1]));
            steps.collect()
        })
    }

    /// From one box to the next, with a straight line through the lane that it
    /// begins with.
    fn curve(&self, from: usize, to: usize) -> String {
        let is_start = from < self.count;
        let (from, to) = (&self.boxes[from], &self.boxes[to]);
        let (start, end) = (from.y + from.height / 2, to.y + to.height / 2);
        let bend = BETWEEN_COLUMNS / 2;
        let (x, towards, into, until) = match from.x.cmp(&to.x) {
            Ordering::Less => {
                let (x, until) = (from.x + from.width, to.x);
                (x, x + bend, until - bend, until)
            }
            Ordering::Greater => {
                let (x, until) = (from.x, to.x + to.width);
                (x, x - bend, until + bend, until)
            }
            // In one column: out and in again on the right.
            Ordering::Equal => {
                let (x, until) = (from.x + from.width, to.x + to.width);
                let out = x.max(until) + bend;
                (x, out, out, until)
            }
        };
        let begin = if is_start {
            format!("M{x} {start}")
        } else {
            format!("H{x}")
        };
        format!("{begin}C{towards} {start} {into} {end} {until} {end}")
    }

    /// The boxes of each column, stacked as they come.
    fn lay_columns(&mut self, sizes: &[Size]) -> Vec<Vec<usize>> {
        let last = sizes.iter().map(|size| size.column).max();
        let mut columns = Vec::new();
        let mut x = MARGIN;
        for column in 0..=last.unwrap_or(0) {
            let inside: Vec<usize> = (0..sizes.len())
                .filter(|at| sizes[*at].column == column)
                .collect();
            let Some(width) = inside.iter().map(|at| sizes[*at].width).max() else {
                continue;
            };
            let mut y = 0;
            for at in &inside {
                let height = sizes[*at].height;
                let width = if *at < self.count {
                    sizes[*at].width
                } else {
                    width
                };
                self.boxes[*at] = Placed {
                    x,
                    y,
                    width,
                    height,
                };
                y += height + self.below(*at);
            }
            self.columns.push((column, x));
            columns.push(inside);
            x += width + BETWEEN_COLUMNS;
        }
        // Arrows within the last column need their room, too.
        self.width = x - BETWEEN_COLUMNS / 2 + MARGIN;
        columns
    }

    fn neighbours(&self) -> Vec<Vec<usize>> {
        let mut neighbours = vec![Vec::new(); self.boxes.len()];
        for ends in self.ways.iter().flat_map(|way| way.windows(2)) {
            neighbours[ends[0]].push(ends[1]);
            neighbours[ends[1]].push(ends[0]);
        }
        neighbours
    }

    /// Puts the boxes of a column in the order of the places where they would
    /// like to be, and each as near to it as the others leave room.
    fn order(&mut self, column: &mut [usize], neighbours: &[Vec<usize>]) {
        let mut wishes: Vec<(i64, usize)> = column
            .iter()
            .map(|at| (self.wish(*at, &neighbours[*at]), *at))
            .collect();
        wishes.sort_unstable();
        let mut free = i64::MIN;
        let mut above = 0;
        for (place, (wish, at)) in column.iter_mut().zip(&wishes) {
            let y = (*wish).max(free);
            free = y + self.boxes[*at].height + self.below(*at);
            above += y - wish;
            self.boxes[*at].y = y;
            *place = *at;
        }
        // What was pushed down is pushed down evenly to both sides.
        let up = above / wishes.len().max(1) as i64;
        for at in column {
            self.boxes[*at].y -= up;
        }
    }

    /// Where the middle of its neighbours in other columns is.
    fn wish(&self, at: usize, neighbours: &[usize]) -> i64 {
        let own = &self.boxes[at];
        let middle = |at: &usize| self.boxes[*at].y + self.boxes[*at].height / 2;
        let others = neighbours.iter().filter(|it| self.boxes[**it].x != own.x);
        let (sum, count) = others.fold((0, 0), |(sum, count), it| (sum + middle(it), count + 1));
        if count == 0 {
            return own.y;
        }
        sum / count - own.height / 2
    }

    /// What is left free below a box or a lane.
    fn below(&self, at: usize) -> i64 {
        if at < self.count { BETWEEN_BOXES } else { LANE }
    }

    /// Moves everything to the top, and measures it.
    fn fit(&mut self) {
        let top = self.boxes.iter().map(|it| it.y).min().unwrap_or(0);
        for it in &mut self.boxes {
            it.y -= top - MARGIN;
        }
        let bottom = self.boxes.iter().map(|it| it.y + it.height).max();
        self.height = bottom.unwrap_or(0) + MARGIN;
    }
}

/// The ends of a line, and a new lane in each column in use that lies between.
fn way(line: Line, sizes: &mut Vec<Size>, used: &BTreeSet<usize>) -> Vec<usize> {
    let (from, to) = (sizes[line.from].column, sizes[line.to].column);
    let (left, right) = (from.min(to), from.max(to));
    let between = used.iter().copied().filter(|it| left < *it && *it < right);
    let mut lanes: Vec<usize> = Vec::new();
    for column in between {
        lanes.push(sizes.len());
        sizes.push(Size {
            column,
            width: 0,
            height: LANE,
        });
    }
    if from > to {
        lanes.reverse();
    }
    let mut way = vec![line.from];
    way.extend(lanes);
    way.push(line.to);
    way
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sizes() -> impl Strategy<Value = Vec<Size>> {
        let size = (0..8_usize, 10..300_i64, 10..90_i64).prop_map(|(column, width, height)| Size {
            column,
            width,
            height,
        });
        prop::collection::vec(size, 1..40)
    }

    fn overlap(a: &Placed, b: &Placed) -> bool {
        let apart = |a: i64, a_long: i64, b: i64, b_long: i64| a + a_long <= b || b + b_long <= a;
        !apart(a.x, a.width, b.x, b.width) && !apart(a.y, a.height, b.y, b.height)
    }

    proptest! {
        #[test]
        fn no_box_lies_on_another(
            sizes in sizes(),
            ends in prop::collection::vec((0..1000_usize, 0..1000_usize), 0..60),
        ) {
            let count = sizes.len();
            let lines = ends.iter().map(|(from, to)| Line { from: from % count, to: to % count });
            let layout = Layout::new(sizes, &lines.collect::<Vec<Line>>());
            prop_assert_eq!(layout.curves().count(), ends.len());
            for (at, one) in layout.boxes.iter().enumerate() {
                prop_assert!(one.x >= 0 && one.x + one.width <= layout.width);
                prop_assert!(one.y >= 0 && one.y + one.height <= layout.height);
                for other in &layout.boxes[at + 1..] {
                    prop_assert!(!overlap(one, other), "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn arrows_run_between_boxes() {
        let size = |column| Size {
            column,
            width: 10,
            height: 10,
        };
        let sizes = vec![size(0), size(1), size(2)];
        let layout = Layout::new(sizes, &[Line { from: 0, to: 2 }]);
        let lane = &layout.boxes[3];
        assert!(!overlap(lane, &layout.boxes[1]) && lane.width == 10);
        let curve = layout.curves().next().expect("a curve");
        assert!(
            curve.contains(&format!("H{}", lane.x + lane.width)),
            "{curve}"
        );
    }

    #[test]
    fn neighbours_are_level() {
        let size = |column| Size {
            column,
            width: 10,
            height: 10,
        };
        let sizes = vec![size(0), size(0), size(3), size(3)];
        let lines = [Line { from: 0, to: 3 }, Line { from: 1, to: 2 }];
        let layout = Layout::new(sizes, &lines);
        let boxes = layout.boxes();
        assert_eq!((boxes[0].y, boxes[1].y), (boxes[3].y, boxes[2].y));
    }
}
