//! Answers to what cannot be decided, and all ways that they lead to.

use std::collections::VecDeque;

/// Answers questions one after the other: first as a script says, and then always the same.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    script: Vec<bool>,
    given: Vec<bool>,
    otherwise: bool,
}

impl Choices {
    /// Always this answer.
    pub fn always(answer: bool) -> Self {
        Self { otherwise: answer, ..Self::default() }
    }

    /// The answer to the next question.
    pub fn decide(&mut self) -> bool {
        let answer = self.script.get(self.given.len()).copied().unwrap_or(self.otherwise);
        self.given.push(answer);
        answer
    }

    /// Whether nothing has been asked yet.
    pub fn is_unused(&self) -> bool {
        self.given.is_empty()
    }
}

/// What comes of all ways to answer, first that of saying no each time; at most `limit` of them. The second value says
/// whether there are more.
///
/// `run` must ask the same questions as long as it gets the same answers.
pub fn explore<T>(limit: usize, mut run: impl FnMut(&mut Choices) -> T) -> (Vec<T>, bool) {
    let mut results = Vec::new();
    let mut waiting = VecDeque::from([Vec::new()]);
    let mut is_cut = false;
    while let Some(script) = waiting.pop_front() {
        let known = script.len();
        let mut choices = Choices { script, ..Choices::default() };
        results.push(run(&mut choices));
        for (at, answer) in choices.given.iter().enumerate().skip(known) {
            if results.len() + waiting.len() >= limit {
                is_cut = true;
                break;
            }
            waiting.push_back(choices.given.iter().take(at).copied().chain([!answer]).collect());
        }
    }
    (results, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks up to three questions, fewer where one is answered with yes.
    fn ask(choices: &mut Choices) -> String {
        let mut answers = String::new();
        while answers.len() < 3 && !answers.ends_with('y') {
            answers.push(if choices.decide() { 'y' } else { 'n' });
        }
        answers
    }

    #[test]
    fn each_way_is_gone_once() {
        let (ways, is_cut) = explore(10, ask);
        assert_eq!(ways, ["nnn", "y", "ny", "nny"]);
        assert!(!is_cut);
    }

    #[test]
    fn a_limit_is_told() {
        assert_eq!(explore(2, ask), (vec!["nnn".to_owned(), "y".to_owned()], true));
        assert_eq!(ask(&mut Choices::always(true)), "y");
    }
}
