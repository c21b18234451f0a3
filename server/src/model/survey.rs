//! The survey questions of a campaign, and what was answered.

use handoff_core::survey::Draft;
use handoff_core::{ChoiceId, QuestionId};
use serde::{Deserialize, Serialize};

/// A survey question of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyQuestion {
    /// Which.
    pub id: QuestionId,
    /// What it asks, and what can be answered.
    pub question: Draft,
}

/// How often an answer was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerCount {
    /// To which question.
    pub question: QuestionId,
    /// The answer that was chosen, which the question may not offer any more; `None` for answers in words.
    pub choice: Option<ChoiceId>,
    /// In how many conversations.
    pub count: u32,
}
