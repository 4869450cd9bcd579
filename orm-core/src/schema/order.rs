//! Dependencies first: an order for things that need each other. It knows nothing of tables or rows.

/// Groups of the numbers below `count`: each group comes after the groups that its members need, and a group of several
/// is a loop in which each needs the others. Without dependencies the numbers keep their order.
///
/// (Tarjan, "Depth-first search and linear graph algorithms", 1972: strongly connected components come out in reverse
/// topological order.)
pub(crate) fn in_dependency_order(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    let mut search = Search { needs, found: vec![None; count], reached: 0, stack: Vec::new(), groups: Vec::new() };
    (0..count).for_each(|node| search.visit(node));
    search.groups
}

struct Search<F> {
    needs: F,
    found: Vec<Option<Found>>,
    reached: usize,
    stack: Vec<usize>,
    groups: Vec<Vec<usize>>,
}

#[derive(Clone, Copy)]
struct Found {
    order: usize,
    lowest: usize,
    on_stack: bool,
}

/// One node whose dependencies are being visited: the loop below takes the place of recursion, which a long chain of rows
/// would take too deep.
struct Visit {
    node: usize,
    needs: std::vec::IntoIter<usize>,
}

impl<F: Fn(usize) -> Vec<usize>> Search<F> {
    fn visit(&mut self, start: usize) {
        if self.found[start].is_some() {
            return;
        }
        let mut visits = vec![self.enter(start)];
        while let Some(visit) = visits.last_mut() {
            let node = visit.node;
            match visit.needs.next() {
                Some(need) => match self.found[need] {
                    None => visits.push(self.enter(need)),
                    Some(found) if found.on_stack => self.lower(node, found.order),
                    Some(_) => {}
                },
                None => {
                    visits.pop();
                    self.leave(node);
                    if let Some(parent) = visits.last() {
                        let lowest = self.get(node).lowest;
                        self.lower(parent.node, lowest);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) -> Visit {
        self.found[node] = Some(Found { order: self.reached, lowest: self.reached, on_stack: true });
        self.reached += 1;
        self.stack.push(node);
        Visit { node, needs: (self.needs)(node).into_iter() }
    }

    fn leave(&mut self, node: usize) {
        let found = self.get(node);
        if found.lowest != found.order {
            return;
        }
        let start = self.stack.iter().rposition(|&other| other == node).expect("a visited node is on the stack");
        let mut group = self.stack.split_off(start);
        for &member in &group {
            if let Some(found) = &mut self.found[member] {
                found.on_stack = false;
            }
        }
        group.sort_unstable();
        self.groups.push(group);
    }

    fn lower(&mut self, node: usize, lowest: usize) {
        if let Some(found) = &mut self.found[node] {
            found.lowest = found.lowest.min(lowest);
        }
    }

    fn get(&self, node: usize) -> Found {
        self.found[node].expect("a visited node was found")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(needs: &[&[usize]]) -> Vec<Vec<usize>> {
        in_dependency_order(needs.len(), |node| needs[node].to_vec())
    }

    #[test]
    fn what_needs_nothing_keeps_its_order() {
        assert_eq!(order(&[&[], &[], &[]]), [[0], [1], [2]]);
    }

    #[test]
    fn dependencies_come_first() {
        assert_eq!(order(&[&[2], &[0], &[]]), [[2], [0], [1]]);
    }

    #[test]
    fn a_loop_is_one_group() {
        assert_eq!(order(&[&[1], &[2], &[1, 3], &[]]), [vec![3], vec![1, 2], vec![0]]);
    }

    #[test]
    fn a_chain_of_a_million_is_no_deeper_than_a_short_one() {
        let count = 1_000_000;
        let groups = in_dependency_order(count, |node| if node + 1 < count { vec![node + 1] } else { vec![] });
        assert_eq!(groups.first(), Some(&vec![count - 1]));
        assert_eq!(groups.len(), count);
    }
}
