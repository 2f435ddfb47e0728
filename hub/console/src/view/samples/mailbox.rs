//! Samples of the pages of a mailbox.

use bindeledd_core::Kind;

use super::{Sample, at, mailbox_frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::{Frame, Section};
use crate::markup::Text;
use crate::view::letter_answered::Standing;
use crate::view::whom::Whom;
use crate::view::{followed, followed_one, inbox, letter, letter_answered, letter_away};

const ID: &str = "0197a3c2-0000-7000-8000-000000000031";
const REF: &str = "0197a3c2-0000-4000-8000-000000000032";

fn whom(name: Option<&str>) -> Whom {
    Whom {
        name: name.map(Into::into),
        pseudonym: REF.to_owned(),
    }
}

pub(super) fn nasty_mailbox_frame(section: Section) -> Frame {
    Frame {
        menu: Section::OF_MAILBOX.to_vec(),
        is_mailbox: true,
        is_live: false,
        ..nasty_frame(section)
    }
}

fn row(kind: Kind, name: Option<&str>) -> inbox::Row {
    inbox::Row {
        delivery: ID.to_owned(),
        kind,
        whom: whom(name),
        from: Some("Nordvik AFT".into()),
        at: at("2026-10-06T08:52:00+02:00"),
        answer_by: None,
        is_late: false,
        is_partial: false,
        is_new: true,
        read_by: None,
        holders: None,
        may_open: true,
    }
}

fn inbox_day() -> inbox::View {
    let mut question = row(Kind::Question, Some("Snill Tester"));
    question.answer_by = "2026-10-09".parse().ok();
    let mut meeting = row(Kind::MeetingRequest, Some("Tapper Fjord"));
    (meeting.answer_by, meeting.is_late) = ("2026-10-02".parse().ok(), true);
    let mut plan = row(Kind::GoalsAgreed, Some("Snill Tester"));
    (plan.is_new, plan.is_partial, plan.read_by) = (false, true, Some(inbox::Reader::You));
    plan.at = at("2026-10-02T09:00:00+02:00");
    let mut notice = row(Kind::ConsentWithdrawn, None);
    (notice.is_new, notice.from) = (false, None);
    notice.read_by = Some(inbox::Reader::Other("Varm Vind".into()));
    let mut enter = row(Kind::MeasureEndProposed, Some("Rolig Bjørk"));
    (enter.is_new, enter.read_by) = (false, Some(inbox::Reader::You));
    inbox::View {
        frame: mailbox_frame(Section::Inbox),
        urgent: vec![inbox::Urgent {
            from: "Fjellvik legekontor".into(),
            who: Some("Grønn Vits".into()),
            phone: Some("22 11 22 33".into()),
        }],
        waiting: vec![meeting, question],
        to_enter: vec![enter],
        fresh: vec![row(Kind::ProgressUpdate, Some("Lys Morgen"))],
        read: vec![plan, notice],
        unit: Vec::new(),
        entries: 2,
        has_own_system: false,
        is_leader: false,
        has_more_open: false,
        has_more_read: false,
        hand_overs: Vec::new(),
        answers: Vec::new(),
        mail: inbox::Mailed::You("blid.bok@fontenehuset.example".into()),
    }
}

fn inbox_leader() -> inbox::View {
    let mut view = inbox_day();
    (view.urgent, view.to_enter, view.fresh) = (Vec::new(), Vec::new(), Vec::new());
    view.is_leader = true;
    (view.has_more_open, view.has_more_read, view.frame.inbox) = (true, true, 99);
    let one = |id: &str, to, until: Option<&str>| inbox::HandOver {
        id: id.to_owned(),
        whom: whom(Some("Snill Tester")),
        to,
        by: "Rolig Sti".into(),
        at: at("2026-10-05T12:00:00+02:00"),
        until: until.map(at),
    };
    view.answers = vec![inbox::Answered {
        id: "0197a3c2-0000-4000-8000-0000000000c1".to_owned(),
        whom: row(Kind::Question, Some("Snill Tester")).whom,
        at: at("2026-10-06T10:30:00+02:00"),
    }];
    view.hand_overs = vec![
        one("h1", inbox::Reader::You, None),
        one(
            "h2",
            inbox::Reader::Other("Varm Vind".into()),
            Some("2026-10-20T00:00:00+02:00"),
        ),
    ];
    for (row, holders) in view.waiting.iter_mut().zip([Vec::new(), vec!["Varm Vind".into()]]) {
        (row.may_open, row.holders) = (false, Some(holders));
    }
    view.unit = std::mem::take(&mut view.waiting);
    view
}

fn inbox_empty() -> inbox::View {
    let mut view = inbox_leader();
    (view.read, view.unit, view.is_leader) = (Vec::new(), Vec::new(), false);
    view.entries = 0;
    (view.has_more_open, view.has_more_read, view.frame.inbox) = (false, false, 0);
    view.hand_overs = Vec::new();
    view.answers = Vec::new();
    view
}

fn field(label: &'static str, lines: &[&str]) -> letter::Field {
    letter::Field {
        label,
        lines: lines.iter().map(|line| Text::from(*line)).collect(),
    }
}

fn form(kind: Kind) -> letter::AnswerForm {
    letter::AnswerForm {
        kind,
        reference: REF.to_owned(),
        to: "Nordvik AFT".into(),
        text: String::new(),
        who: String::new(),
        choice: String::new(),
        times: Vec::new(),
        time: String::new(),
        asks_if_sure: false,
        meeting: None,
    }
}

fn receipt() -> letter_answered::View {
    let delivered = Standing::Delivered(at("2026-10-06T09:03:00+02:00"));
    letter_answered::View {
        frame: mailbox_frame(Section::Inbox),
        message: ID.to_owned(),
        to: vec![("Nordvik AFT".into(), delivered)],
    }
}

fn letter_day() -> letter::View {
    letter::View {
        frame: mailbox_frame(Section::Inbox),
        delivery: ID.to_owned(),
        kind: Kind::Question,
        whom: whom(Some("Snill Tester")),
        number: None,
        from: Some("Nordvik AFT".into()),
        handler: Some(letter::Handler {
            name: "Grønn Vits".into(),
            role: Some("jobbkonsulent, avdeling Havna".into()),
            phone: Some("22 11 22 33".into()),
        }),
        at: at("2026-10-06T08:52:00+02:00"),
        fields: vec![
            field(
                "Spørsmål",
                &[
                    "Klarer Snill å komme to dager på rad hos dere, eller trengs det en hviledag imellom?",
                    "Vi vil gjerne øke fra to til tre dager.",
                ],
            ),
            field("Gjelder", &["fremdrift, tilrettelegging"]),
        ],
        answer_by: "2026-10-09".parse().ok().map(|day| (day, false)),
        is_partial: false,
        is_to_enter: false,
        answered: None,
        meeting: None,
        unsent: None,
        answer: Some(form(Kind::Answer)),
        reads: vec![("Varm Vind".into(), at("2026-10-06T09:10:00+02:00"))],
        followed_by: vec![
            ("Blid Måke".into(), None),
            ("Varm Vind".into(), Some(at("2026-10-20T00:00:00+02:00"))),
        ],
        participant: format!("/mailbox/participants/{REF}"),
        party: "Fontenehuset Nordvik".into(),
        errors: Errors::none(),
    }
}

fn letter_to_enter() -> letter::View {
    let mut view = letter_day();
    (view.kind, view.is_to_enter, view.is_partial) = (Kind::MeasureEndProposed, true, true);
    (view.answer_by, view.handler, view.whom) = (None, None, whom(None));
    view.answer = None;
    view.number = Some("15720255178".into());
    view.fields = vec![
        field("Begrunnelse", &["Målet er nådd."]),
        field("Siste dag", &["30. oktober 2026"]),
    ];
    view
}

fn followed_day() -> followed::View {
    let row = |name, contact: Option<&str>| followed::Row {
        whom: whom(name),
        contact: contact.map(Into::into),
        stand_ins: Vec::new(),
    };
    let mut snill = row(Some("Snill Tester"), Some("Blid Måke"));
    snill.stand_ins = vec![("Varm Vind".into(), at("2026-10-20T00:00:00+02:00"))];
    followed::View {
        frame: mailbox_frame(Section::Followed),
        rows: vec![row(None, None), snill],
        has_more: true,
        is_leader: true,
    }
}

fn followed_one_day() -> followed_one::View {
    let person = |name: &str, until: Option<&str>| followed_one::Person {
        id: ID.to_owned(),
        name: name.into(),
        until: until.map(at),
        since: at("2026-09-01T12:00:00+02:00"),
        by: "Stø Hånd".into(),
        may_end: true,
    };
    followed_one::View {
        frame: mailbox_frame(Section::Followed),
        whom: whom(Some("Snill Tester")),
        persons: vec![
            person("Blid Måke", None),
            person("Varm Vind", Some("2026-10-20T00:00:00+02:00")),
        ],
        seen: ID.to_owned(),
        choices: vec![(REF.to_owned(), "Varm Vind".into())],
        may_change: true,
        until: String::new(),
        errors: Errors::none(),
    }
}

fn away(is_gone: bool) -> letter_away::View {
    letter_away::View {
        frame: mailbox_frame(Section::Inbox),
        delivery: ID.to_owned(),
        is_gone,
    }
}

pub(super) fn day() -> Vec<Sample> {
    let mut nobody = followed_one_day();
    (nobody.persons, nobody.whom, nobody.seen) = (Vec::new(), whom(None), String::new());
    let mut wrong = followed_one_day();
    wrong.until = "i morgen".to_owned();
    wrong.errors = Errors::none().and("until", "Velg en dag.").and("to", "Velg en person.");
    let mut stand_in = followed_one_day();
    stand_in.may_change = false;
    let mut none = followed_day();
    (none.rows, none.is_leader, none.has_more) = (Vec::new(), false, false);
    let mut answered = letter_day();
    answered.answered = Some((at("2026-10-06T09:30:00+02:00"), Some("Varm Vind".into())));
    (answered.answer, answered.unsent) = (None, Some("Ja, det går fint.".to_owned()));
    let mut meeting = letter_day();
    meeting.kind = Kind::MeetingRequest;
    let mut times = form(Kind::MeetingResponse);
    times.times = vec!["12. oktober kl. 10.00".into(), "13. oktober kl. 12.00".into()];
    (times.time, times.choice) = ("2".to_owned(), "accepted".to_owned());
    meeting.answer = Some(times);
    let mut support = letter_day();
    support.kind = Kind::SupportRequest;
    support.answer = Some(form(Kind::SupportResponse));
    let mut proposed = letter_day();
    proposed.meeting = Some((at("2026-10-06T09:20:00+02:00"), Some("Blid Måke".into())));
    if let Some(form) = &mut proposed.answer {
        form.meeting = Some(crate::address::meeting_instead(REF, ID));
    }
    let mut found = letter_day();
    let mut typed = form(Kind::Answer);
    (typed.text, typed.asks_if_sure) = ("F32 gjør det vanskelig".to_owned(), true);
    found.answer = Some(typed);
    found.errors = Errors::none().and("text", "Teksten har noe som ligner en diagnosekode.");
    let mut under_way = receipt();
    under_way.to = vec![
        ("Nordvik AFT".into(), Standing::OnItsWay),
        ("Fjellvik legekontor".into(), Standing::NotSent),
    ];
    let mut unsaid = letter_to_enter();
    unsaid.errors = Errors::none().and("how", "Velg.");
    let mut own_system = inbox_empty();
    (own_system.has_own_system, own_system.mail) = (true, inbox::Mailed::Nobody);
    vec![
        sample("mailbox", inbox_day(), inbox::render),
        sample("mailbox-leader", inbox_leader(), inbox::render),
        sample("mailbox-empty", inbox_empty(), inbox::render),
        sample("mailbox-own-system", own_system, inbox::render),
        sample("letter", letter_day(), letter::render),
        sample("letter-answered", answered, letter::render),
        sample("letter-meeting", meeting, letter::render),
        sample("letter-meeting-instead", proposed, letter::render),
        sample("letter-support", support, letter::render),
        sample("letter-found", found, letter::render),
        sample("letter-receipt", receipt(), letter_answered::render),
        sample("letter-receipt-under-way", under_way, letter_answered::render),
        sample("letter-to-enter", letter_to_enter(), letter::render),
        sample("letter-to-enter-wrong", unsaid, letter::render),
        sample("letter-away", away(false), letter_away::render),
        sample("letter-gone", away(true), letter_away::render),
        sample("followed", followed_day(), followed::render),
        sample("followed-none", none, followed::render),
        sample("followed-one", followed_one_day(), followed_one::render),
        sample("followed-one-nobody", nobody, followed_one::render),
        sample("followed-one-stand-in", stand_in, followed_one::render),
        sample("followed-one-wrong", wrong, followed_one::render),
    ]
}

fn nasty_inboxes() -> (inbox::View, inbox::View) {
    let text = || Text::new(&nasty());
    let mut inbox = inbox_day();
    inbox.frame = nasty_mailbox_frame(Section::Inbox);
    inbox.hand_overs = inbox_leader().hand_overs;
    inbox.answers = inbox_leader().answers;
    for one in &mut inbox.answers {
        one.id = nasty();
        one.whom = Whom {
            name: Some(text()),
            pseudonym: nasty(),
        };
    }
    for one in &mut inbox.hand_overs {
        (one.id, one.by, one.to) = (nasty(), text(), inbox::Reader::Other(text()));
    }
    inbox.mail = inbox::Mailed::Party(text());
    for urgent in &mut inbox.urgent {
        (urgent.from, urgent.who, urgent.phone) = (text(), Some(text()), Some(text()));
    }
    for row in inbox.waiting.iter_mut().chain(&mut inbox.read) {
        (row.delivery, row.from) = (nasty(), Some(text()));
        row.whom = Whom {
            name: Some(text()),
            pseudonym: nasty(),
        };
        row.read_by = Some(inbox::Reader::Other(text()));
        row.holders = Some(vec![text()]);
    }
    let mut bare = inbox_empty();
    (bare.frame, bare.mail) = (nasty_mailbox_frame(Section::Inbox), inbox::Mailed::You(text()));
    bare.hand_overs = Vec::new();
    bare.answers = Vec::new();
    (inbox, bare)
}

pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let (inbox, bare) = nasty_inboxes();
    let nasty_whom = || Whom {
        name: Some(text()),
        pseudonym: nasty(),
    };
    let mut letter = letter_to_enter();
    letter.frame = nasty_mailbox_frame(Section::Inbox);
    (letter.delivery, letter.whom, letter.number) = (nasty(), nasty_whom(), Some(text()));
    (letter.from, letter.party, letter.participant) = (Some(text()), text(), nasty());
    letter.handler = Some(letter::Handler {
        name: text(),
        role: Some(text()),
        phone: Some(text()),
    });
    letter.fields = vec![letter::Field {
        label: "Tekst",
        lines: vec![text(), text()],
    }];
    letter.reads = vec![(text(), at("2026-10-06T09:10:00+02:00"))];
    letter.followed_by = vec![(text(), None)];
    letter.errors = Errors::none().and("how", nasty()).and("text", nasty());
    letter.answered = Some((at("2026-10-06T09:10:00+02:00"), Some(text())));
    let mut typed = form(Kind::MeetingResponse);
    (typed.reference, typed.text, typed.choice, typed.time) =
        (nasty(), "</textarea><script>".to_owned(), nasty(), nasty());
    (typed.to, typed.times) = (text(), vec![text()]);
    typed.meeting = Some(crate::address::meeting_instead(&nasty(), &nasty()));
    letter.meeting = Some((at("2026-10-06T09:20:00+02:00"), Some(text())));
    (letter.answer, letter.unsent) = (Some(typed), Some("</textarea><script>".to_owned()));
    let mut support = letter_day();
    let mut typed = form(Kind::SupportResponse);
    typed.who = nasty();
    (support.frame, support.answer) = (nasty_mailbox_frame(Section::Inbox), Some(typed));
    let mut sent = receipt();
    (sent.frame, sent.message) = (nasty_mailbox_frame(Section::Inbox), nasty());
    sent.to = vec![(text(), Standing::OnItsWay)];
    let mut list = followed_day();
    list.frame = nasty_mailbox_frame(Section::Followed);
    for row in &mut list.rows {
        (row.whom, row.contact) = (nasty_whom(), Some(text()));
        row.stand_ins = vec![(text(), at("2026-10-20T00:00:00+02:00"))];
    }
    let mut one = followed_one_day();
    one.frame = nasty_mailbox_frame(Section::Followed);
    (one.whom, one.seen, one.until) = (nasty_whom(), nasty(), nasty());
    one.choices = vec![(nasty(), text())];
    for person in &mut one.persons {
        (person.id, person.name, person.by) = (nasty(), text(), text());
    }
    one.errors = Errors::none()
        .and("to", nasty())
        .and("person", nasty())
        .and("until", nasty());
    let mut gone = away(false);
    (gone.frame, gone.delivery) = (nasty_mailbox_frame(Section::Inbox), nasty());
    vec![
        sample("mailbox", inbox, inbox::render),
        sample("mailbox-empty", bare, inbox::render),
        sample("letter", letter, letter::render),
        sample("letter-support", support, letter::render),
        sample("letter-receipt", sent, letter_answered::render),
        sample("letter-away", gone, letter_away::render),
        sample("followed", list, followed::render),
        sample("followed-one", one, followed_one::render),
    ]
}
