//! Addresses of the pages. No address names a person.

/// The first page: Nå.
pub const NOW: &str = "/console";
/// The list of messages.
pub const MESSAGES: &str = "/console/messages";
/// Errors by cause.
pub const CAUSES: &str = "/console/messages/causes";
/// Preview and start of a bulk retry.
pub const RETRY: &str = "/console/messages/retry";
/// The start of a bulk retry, posted.
pub const RETRY_START: &str = "/console/messages/retry/start";
/// The folder of runs.
pub const RUNS: &str = "/console/messages/runs";
/// The search by identity number, whose number is posted and kept nowhere.
pub const FIND_PERSON: &str = "/console/participants/find";
/// Requests to see the content of messages.
pub const OPENINGS: &str = "/console/openings";
/// The list of parties.
pub const PARTIES: &str = "/console/parties";
/// The form of a new party.
pub const NEW_PARTY: &str = "/console/parties/new";
/// Participants and their consents.
pub const PARTICIPANTS: &str = "/console/participants";
/// The audit log.
pub const LOG: &str = "/console/log";
/// The verification of the audit log, posted.
pub const LOG_VERIFY: &str = "/console/log/verify";
/// The newest checkpoint of the audit log, to download.
pub const LOG_CHECKPOINT: &str = "/console/log/checkpoint";
/// The proof of a delivery, to download.
pub const LOG_PROOF: &str = "/console/log/proof";
/// The operation of the hub: adapters, settings, keys, alerts, users.
pub const HUB: &str = "/console/hub";
/// The state of the store, the log, the second place and the targets of alerts.
pub const STATE: &str = "/console/hub/state";
/// The installed adapters.
pub const ADAPTERS: &str = "/console/hub/adapters";
/// The keys, by id and age.
pub const KEYS: &str = "/console/hub/keys";
/// The settings in force.
pub const SETTINGS: &str = "/console/hub/settings";
/// The accounts of persons.
pub const USERS: &str = "/console/hub/users";
/// The form of a new account.
pub const NEW_USER: &str = "/console/hub/users/new";
/// The signed-in person's account: password, second factor, sessions, language.
pub const ACCOUNT: &str = "/console/account";
/// The form for mails to the own account.
pub const ACCOUNT_MAIL: &str = "/console/account/mail";
/// Sign-in.
pub const SIGN_IN: &str = "/console/sign-in";
/// The second step of sign-in.
pub const SECOND_FACTOR: &str = "/console/sign-in/code";
/// Sign-out, posted.
pub const SIGN_OUT: &str = "/console/sign-out";
/// A one-time link that sets a password; the token follows.
pub const SET_UP: &str = "/console/set-up";
/// Sets the language, and leads back.
pub const LANGUAGE: &str = "/console/language";
/// Enrolment of a second factor.
pub const ENROL: &str = "/console/enrol";
/// The inbox of a party's mailbox: the first page of its persons.
pub const MAILBOX: &str = "/mailbox";
/// The deliveries that a person of the sender enters in a form of the receiver's.
pub const ENTRIES: &str = "/mailbox/entries";
/// The participants of a party's mailbox, and the persons who follow each of them up.
pub const MAILBOX_PARTICIPANTS: &str = "/mailbox/participants";
/// The consents of a party's mailbox.
pub const MAILBOX_CONSENTS: &str = "/mailbox/consents";
/// The first page of a new consent: the other parties.
pub const NEW_CONSENT: &str = "/mailbox/consents/new";
/// The second page of a new consent: the categories and the days.
pub const CONSENT_CONTENT: &str = "/mailbox/consents/new/content";
/// The form of a consent, to print and to register.
pub const CONSENT_FORM: &str = "/mailbox/consents/new/form";
/// The registration of a signed form, posted.
pub const REGISTER_CONSENT: &str = "/mailbox/consents/new/register";
/// The form that sends a drafted consent to the participant's own page, to be answered there.
pub const SEND_REQUEST: &str = "/mailbox/consents/new/send";
/// The folder of the questions that participants answer on their own pages.
pub const REQUESTS: &str = "/mailbox/consents/requests";
/// The form by which a person of a mailbox has seen answers to such questions.
pub const ANSWERS_SEEN: &str = "/mailbox/answers-seen";
/// The form by which a person of a mailbox has seen hand-overs.
pub const HAND_OVERS_SEEN: &str = "/mailbox/hand-overs/seen";
/// A page that explains error codes.
pub const HELP: &str = "/console/help";
/// The stream that tells a page which topics have changed.
pub const STREAM: &str = "/console/live";
/// The first page of a new message.
pub const NEW_MESSAGE: &str = "/mailbox/new";
/// The form of a new message.
pub const WRITE_MESSAGE: &str = "/mailbox/new/write";
/// The look at a form while somebody fills it in, posted.
pub const LOOK_AT_MESSAGE: &str = "/mailbox/new/look";
/// The sending of a message, posted.
pub const SEND_MESSAGE: &str = "/mailbox/new/send";
/// Messages that a person has begun and not sent.
pub const DRAFTS: &str = "/mailbox/drafts";
/// The folder of receipts of messages that were written in a mailbox.
pub const SENT: &str = "/mailbox/sent";
/// The participant's own page.
pub const OWN_PAGE: &str = "/meg";
/// The code that opens a participant's own page.
pub const OWN_CODE: &str = "/meg/code";
/// The PIN with which a participant comes back.
pub const OWN_PIN: &str = "/meg/pin";
/// The parts of the consents that a participant takes back.
pub const OWN_TAKE_BACK: &str = "/meg/take-back";
/// A question of a party, which the participant answers.
pub const OWN_YES: &str = "/meg/yes";
/// The end of a participant's session, posted.
pub const OWN_LEAVE: &str = "/meg/leave";
/// The page after a participant has left.
pub const OWN_LEFT: &str = "/meg/left";
/// The folder of the addresses of a participant's sign-in at an issuer.
pub const OWN_AT_ISSUER: &str = "/meg/openid/";
/// The beginning of a participant's sign-in at an issuer.
pub const OWN_SIGN_IN: &str = "/meg/openid/start";
/// The page for a person about whom nothing is shared, for whichever reason.
pub const OWN_NOBODY: &str = "/meg/nobody";
/// Everything that was shared about a participant.
pub const OWN_SHARED: &str = "/meg/shared";
/// The participant's own copy, posted.
pub const OWN_COPY: &str = "/meg/copy";
/// Sets the language of a participant's own page, and leads back.
pub const OWN_LANGUAGE: &str = "/meg/language";
/// The folder of the files that browsers fetch.
pub const ASSETS: &str = "/assets/";

/// Returns the address of one message.
#[must_use]
pub fn message(id: &str) -> String {
    format!("{MESSAGES}/{}", segment(id))
}

/// Returns the address of one message, at one of its deliveries.
#[must_use]
pub fn delivery(message_id: &str, delivery: &str) -> String {
    format!("{}?to={}", message(message_id), segment(delivery))
}

/// Returns the address of the page that sends one delivery again.
#[must_use]
pub fn delivery_retry(message_id: &str, delivery: &str) -> String {
    format!("{}/{}/retry", message(message_id), segment(delivery))
}

/// Returns the address of the page that cancels one delivery.
#[must_use]
pub fn delivery_cancel(message_id: &str, delivery: &str) -> String {
    format!("{}/{}/cancel", message(message_id), segment(delivery))
}

/// Returns the address of the form that asks to see a message's content.
#[must_use]
pub fn message_open(id: &str) -> String {
    format!("{}/open", message(id))
}

/// Returns the address of one request to see content.
#[must_use]
pub fn opening(id: &str) -> String {
    format!("{OPENINGS}/{}", segment(id))
}

/// Returns the address of an act on a request to see content, posted.
#[must_use]
pub fn opening_act(id: &str, act: &str) -> String {
    format!("{}/{act}", opening(id))
}

/// Returns the address of one delivery in a mailbox.
#[must_use]
pub fn letter(delivery: &str) -> String {
    format!("{MAILBOX}/deliveries/{}", segment(delivery))
}

/// Returns the address of the receipt of an answer in a mailbox.
#[must_use]
pub fn answer(message: &str) -> String {
    format!("{MAILBOX}/answers/{}", segment(message))
}

/// Returns the address of an act on a delivery in a mailbox, posted.
#[must_use]
pub fn letter_act(delivery: &str, act: &str) -> String {
    format!("{}/{act}", letter(delivery))
}

/// Returns the address of one delivery that a person of the sender enters.
#[must_use]
pub fn entry(delivery: &str) -> String {
    format!("{ENTRIES}/{}", segment(delivery))
}

/// Returns the address of an act on a delivery that a person of the sender enters, posted.
#[must_use]
pub fn entry_act(delivery: &str, act: &str) -> String {
    format!("{}/{act}", entry(delivery))
}

/// Returns the address of the form that proposes a meeting instead of an answer to a delivery.
#[must_use]
pub fn meeting_instead(pseudonym: &str, delivery: &str) -> String {
    let (participant, delivery) = (segment(pseudonym), segment(delivery));
    format!("{WRITE_MESSAGE}?participant={participant}&kind=meeting-request&instead_of={delivery}")
}

/// Returns the address of one participant in a mailbox.
#[must_use]
pub fn followed(pseudonym: &str) -> String {
    format!("{MAILBOX_PARTICIPANTS}/{}", segment(pseudonym))
}

/// Returns the address of an act on who follows a participant up, posted.
#[must_use]
pub fn followed_act(pseudonym: &str, act: &str) -> String {
    format!("{}/{act}", followed(pseudonym))
}

/// Returns the address of the first page of a new message about a participant.
#[must_use]
pub fn new_message_about(pseudonym: &str) -> String {
    format!("{NEW_MESSAGE}?participant={}", segment(pseudonym))
}

/// Returns the address of the first page of a new consent of a participant.
#[must_use]
pub fn new_consent_of(pseudonym: &str) -> String {
    format!("{NEW_CONSENT}?participant={}", segment(pseudonym))
}

/// Returns the address of the page after a registration.
#[must_use]
pub fn registered_consent(consent: &str) -> String {
    format!("{MAILBOX_CONSENTS}/registered/{}", segment(consent))
}

/// Returns the address of a question that a participant answers on their own page.
#[must_use]
pub fn request(id: &str) -> String {
    format!("{REQUESTS}/{}", segment(id))
}

/// Returns the address of an act on such a question, posted.
#[must_use]
pub fn request_act(id: &str, act: &str) -> String {
    format!("{}/{act}", request(id))
}

/// Returns the address where a party confirms its own grants of a consent.
#[must_use]
pub fn own_confirmation(consent: &str) -> String {
    format!("{MAILBOX_CONSENTS}/confirm/{}", segment(consent))
}

/// Returns the address of a withdrawal on behalf of a party.
#[must_use]
pub fn own_withdrawal(pseudonym: &str) -> String {
    format!("{MAILBOX_CONSENTS}/of/{}/withdraw", segment(pseudonym))
}

/// Returns the name of a participant's place in the list of consents.
#[must_use]
pub fn consent_place(pseudonym: &str) -> String {
    format!("d-{}", segment(pseudonym))
}

/// Returns the address of one participant's place in the list of consents.
#[must_use]
pub fn consents_of(pseudonym: &str) -> String {
    format!("{MAILBOX_CONSENTS}#{}", consent_place(pseudonym))
}

/// Returns the address that calls a telephone number, if the text is one.
pub(crate) fn call(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    (5..=16).contains(&digits.len()).then(|| format!("tel:{digits}"))
}

/// Returns the address of one draft.
#[must_use]
pub fn draft(id: &str) -> String {
    format!("{DRAFTS}/{}", segment(id))
}

/// Returns the address that removes a draft, posted.
#[must_use]
pub fn draft_discard(id: &str) -> String {
    format!("{}/discard", draft(id))
}

/// Returns the address of the receipt of a message.
#[must_use]
pub fn sent(message: &str) -> String {
    format!("{SENT}/{}", segment(message))
}

/// Returns the address of one run.
#[must_use]
pub fn run(id: &str) -> String {
    format!("{RUNS}/{}", segment(id))
}

/// Returns the address of a preview of the deliveries that a run left.
#[must_use]
pub fn retry_left(run: &str) -> String {
    format!("{RETRY}?run={}", segment(run))
}

/// Returns the address that stops a run, posted.
#[must_use]
pub fn run_stop(id: &str) -> String {
    format!("{}/stop", run(id))
}

/// Returns the address of one alert; the act may follow.
#[must_use]
pub fn alert(id: &str) -> String {
    format!("{HUB}/alerts/{}", segment(id))
}

/// Returns the name of an alert's place in the list.
#[must_use]
pub fn alert_row(id: &str) -> String {
    format!("varsel-{id}")
}

/// Returns the address that lets an adapter work again, posted.
#[must_use]
pub fn adapter_reset(id: &str) -> String {
    format!("{ADAPTERS}/{}/reset", segment(id))
}

/// Returns the address that asks before a version of an adapter is taken into use.
#[must_use]
pub fn adapter_use(id: &str, version: &str) -> String {
    format!("{ADAPTERS}/{}/use/{}", segment(id), segment(version))
}

/// Returns the address that asks before the version of an adapter before is taken into use again.
#[must_use]
pub fn adapter_back(id: &str) -> String {
    format!("{ADAPTERS}/{}/rollback", segment(id))
}

/// Returns the address of one account; the act may follow.
#[must_use]
pub fn user(id: &str) -> String {
    format!("{USERS}/{}", segment(id))
}

/// Returns the address of one party.
#[must_use]
pub fn party(id: &str) -> String {
    format!("{PARTIES}/{}", segment(id))
}

/// Returns the address of something below one party, such as `pause`.
#[must_use]
pub fn of_party(id: &str, what: &str) -> String {
    format!("{}/{what}", party(id))
}

/// Returns the address that brings the set-up of an earlier version of a party back.
#[must_use]
pub fn roll_back(id: &str, version: u64) -> String {
    of_party(id, &format!("roll-back/{version}"))
}

/// Returns the address of one participant, by pseudonym.
#[must_use]
pub fn participant(pseudonym: &str) -> String {
    format!("{PARTICIPANTS}/{}", segment(pseudonym))
}

/// Returns the address of the withdrawal on a participant's behalf.
#[must_use]
pub fn withdrawal(pseudonym: &str) -> String {
    format!("{}/withdraw", participant(pseudonym))
}

/// Returns the address of the confirmation of a grant: the consent's id, and the grant's place in it from 0.
#[must_use]
pub fn confirmation(pseudonym: &str, consent: &str, grant: u16) -> String {
    format!("{}/grants/{}/{grant}/confirm", participant(pseudonym), segment(consent))
}

/// Returns the address of the messages about a participant that no consent covered.
#[must_use]
pub fn blocked_of(pseudonym: &str) -> String {
    format!("{MESSAGES}?participant={}&state=blocked", segment(pseudonym))
}

/// Returns the address of the page about an error code.
#[must_use]
pub fn code(code: &str) -> String {
    format!("{HELP}/{}", segment(code))
}

/// Encodes a value for one segment of a path, or for one value of a query.
#[must_use]
pub fn segment(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_can_not_leave_its_place() {
        assert_eq!(message("../x?y#z"), "/console/messages/..%2Fx%3Fy%23z");
        assert_eq!(segment("ŋ<>\"'"), "%C5%8B%3C%3E%22%27");
    }
}
