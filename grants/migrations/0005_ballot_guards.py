"""What the database itself refuses: a vote that may not be, a changed result, an award without its grounds.

Each function reads under the row-level policies of the caller and locks what it relies on, so that of two
transactions at once the later one sees what the earlier one wrote.
"""

from django.db import migrations

VOTE = """
CREATE OR REPLACE FUNCTION guard_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot grants_ballot%ROWTYPE;
BEGIN
    -- Locked in the order of everybody else: the declaration, who is there, the ballot. What the first two are
    -- found by never changes once a ballot is open.
    SELECT * INTO ballot FROM grants_ballot WHERE id = NEW.ballot_id;
    PERFORM 1 FROM grants_declaration
        WHERE application_id = ballot.application_id AND user_id = NEW.user_id AND state = 'clear' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'vote: without a clear declaration' USING ERRCODE = 'check_violation';
    END IF;
    IF ballot.meeting_id IS NOT NULL THEN
        PERFORM 1 FROM grants_attendance
            WHERE meeting_id = ballot.meeting_id AND user_id = NEW.user_id AND status = 'present' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'vote: not present at the meeting' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    SELECT * INTO ballot FROM grants_ballot WHERE id = NEW.ballot_id FOR SHARE;
    IF NOT FOUND OR ballot.state <> 'open' THEN
        RAISE EXCEPTION 'vote: the ballot is not open' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.cast_at < ballot.opened_at OR NEW.cast_at >= ballot.closes_at THEN
        RAISE EXCEPTION 'vote: outside the time of the ballot' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM grants_ballotvoter WHERE ballot_id = ballot.id AND user_id = NEW.user_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'vote: not on the roll' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_vote BEFORE INSERT ON grants_vote FOR EACH ROW EXECUTE FUNCTION guard_vote();
"""

DECLARATION = """
CREATE OR REPLACE FUNCTION guard_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.application_id <> OLD.application_id OR NEW.user_id <> OLD.user_id THEN
            RAISE EXCEPTION 'declaration: of somebody else' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.state = 'clear' THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM 1 FROM grants_vote vote JOIN grants_ballot ballot ON ballot.id = vote.ballot_id
        WHERE ballot.application_id = OLD.application_id AND vote.user_id = OLD.user_id
        AND ballot.state IN ('open', 'closed');
    IF FOUND THEN
        RAISE EXCEPTION 'declaration: a vote of this person still counts' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER guard_declaration BEFORE UPDATE OR DELETE ON grants_declaration
    FOR EACH ROW EXECUTE FUNCTION guard_declaration();
"""

# A result that was not counted from the votes cannot be written down, nor one without a ballot that was open.
BALLOT = """
CREATE OR REPLACE FUNCTION guard_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cast_votes integer;
    votes_for integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'ballot: never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'prepared' THEN
            RAISE EXCEPTION 'ballot: begins prepared' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.application_id <> OLD.application_id OR NEW.body_id <> OLD.body_id THEN
        RAISE EXCEPTION 'ballot: on something else' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'prepared' AND (
        NEW.quorum, NEW.quorum_least, NEW.threshold, NEW.material_change_percent, NEW.basis, NEW.conditions,
        NEW.opened_at, NEW.closes_at, NEW.meeting_id
    ) IS DISTINCT FROM (
        OLD.quorum, OLD.quorum_least, OLD.threshold, OLD.material_change_percent, OLD.basis, OLD.conditions,
        OLD.opened_at, OLD.closes_at, OLD.meeting_id
    ) THEN
        RAISE EXCEPTION 'ballot: its rules were frozen when it opened' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('closed', 'void')
        AND (NEW.outcome, NEW.result, NEW.closed_at) IS DISTINCT FROM (OLD.outcome, OLD.result, OLD.closed_at)
    THEN
        RAISE EXCEPTION 'ballot: its result never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('prepared', 'open'), ('prepared', 'void'), ('open', 'closed'), ('open', 'void'), ('closed', 'void')
    ) THEN
        RAISE EXCEPTION 'ballot: never goes back' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'open' AND NEW.state = 'closed' THEN
        SELECT COUNT(*), COUNT(*) FILTER (WHERE choice = 'endorse') INTO cast_votes, votes_for
            FROM grants_vote WHERE ballot_id = NEW.id;
        IF (NEW.result ->> 'voted')::integer IS DISTINCT FROM cast_votes
            OR (NEW.result ->> 'for_')::integer IS DISTINCT FROM votes_for
            OR NEW.result ->> 'outcome' IS DISTINCT FROM NEW.outcome
        THEN
            RAISE EXCEPTION 'ballot: not the count of its votes' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_ballot BEFORE INSERT OR UPDATE OR DELETE ON grants_ballot
    FOR EACH ROW EXECUTE FUNCTION guard_ballot();
"""

ROLL = """
CREATE OR REPLACE FUNCTION guard_roll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM grants_ballot WHERE id = NEW.ballot_id AND state = 'prepared' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'roll: fixed when the ballot opened' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_roll BEFORE INSERT ON grants_ballotvoter FOR EACH ROW EXECUTE FUNCTION guard_roll();
"""

ATTENDANCE = """
CREATE OR REPLACE FUNCTION guard_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'present'
        AND NEW.meeting_id = OLD.meeting_id AND NEW.user_id = OLD.user_id
    THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM grants_vote vote JOIN grants_ballot ballot ON ballot.id = vote.ballot_id
        WHERE ballot.meeting_id = OLD.meeting_id AND vote.user_id = OLD.user_id;
    IF FOUND THEN
        RAISE EXCEPTION 'attendance: this person voted in the meeting' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER guard_attendance BEFORE UPDATE OR DELETE ON grants_attendance
    FOR EACH ROW EXECUTE FUNCTION guard_attendance();
"""

DECISION = """
CREATE OR REPLACE FUNCTION guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round grants_round%ROWTYPE;
    asked_body bigint;
    awarded numeric;
BEGIN
    IF NEW.outcome <> 'award' OR NEW.state NOT IN ('decided', 'published') THEN
        RETURN NEW;
    END IF;
    SELECT * INTO round FROM grants_round WHERE id = NEW.round_id FOR NO KEY UPDATE;
    PERFORM 1 FROM grants_application WHERE id = NEW.application_id AND round_id = NEW.round_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'decision: of another round' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount > round.two_decide_over AND NEW.agreed_by_id IS NULL THEN
        RAISE EXCEPTION 'decision: over the limit of one person' USING ERRCODE = 'check_violation';
    END IF;
    SELECT body_id INTO asked_body FROM grants_stage WHERE round_id = NEW.round_id AND kind = 'endorsement';
    IF FOUND THEN
        PERFORM 1 FROM grants_ballot WHERE id = NEW.ballot_id AND application_id = NEW.application_id
            AND state = 'closed' AND outcome = 'endorsed' AND (asked_body IS NULL OR body_id = asked_body)
            FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'decision: without a valid endorsement' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    SELECT COALESCE(SUM(amount), 0) INTO awarded FROM grants_decision
        WHERE round_id = NEW.round_id AND outcome = 'award' AND state IN ('decided', 'published')
        AND id <> NEW.id;
    IF awarded + NEW.amount > round.budget THEN
        RAISE EXCEPTION 'decision: over the budget of the round' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_decision BEFORE INSERT OR UPDATE ON grants_decision
    FOR EACH ROW EXECUTE FUNCTION guard_decision();
"""

GUARDS = {
    "vote": VOTE,
    "declaration": DECLARATION,
    "ballot": BALLOT,
    "ballotvoter": ROLL,
    "attendance": ATTENDANCE,
    "decision": DECISION,
}
FUNCTIONS = {
    "vote": "guard_vote",
    "declaration": "guard_declaration",
    "ballot": "guard_ballot",
    "ballotvoter": "guard_roll",
    "attendance": "guard_attendance",
    "decision": "guard_decision",
}


def _drop(table: str) -> str:
    function = FUNCTIONS[table]
    return f"DROP TRIGGER {function} ON grants_{table}; DROP FUNCTION {function}()"


class Migration(migrations.Migration):
    dependencies = [("grants", "0004_panel_tenancy")]

    operations = [migrations.RunSQL(sql, reverse_sql=_drop(table)) for table, sql in GUARDS.items()]
