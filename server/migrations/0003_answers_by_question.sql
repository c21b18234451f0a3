-- How often each answer of a survey was given is counted from this index alone.
CREATE INDEX survey_answer_by_question ON survey_answer (organization_id, question_id, choice_id);
