//! The suite that every store has to pass: a function for each property of the engine's port `Store`.
//!
//! Owns: the required behaviour of a store. Names no store and no SQL: a store's own tests mount the suite with
//! [`store_contract!`] and a [`TestStore`] of their own. Start at [`world`], then any property.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "every function here is a test or helps one"
)]

pub mod accepting;
pub mod adapting;
pub mod alerting;
pub mod answering;
pub mod attempting;
pub mod by_hand;
pub mod consenting;
pub mod disclosing;
pub mod entering;
pub mod erasing;
pub mod fetching;
pub mod lettering;
pub mod mailbox;
pub mod model;
pub mod noticing;
pub mod opening;
pub mod operating;
pub mod ordering;
pub mod own_pages;
pub mod persons;
pub mod recording;
pub mod releasing;
pub mod requesting;
pub mod retrying;
pub mod revising;
pub mod searching;
pub mod spelling;
pub mod telling;
pub mod unsent;
pub mod watching;
pub mod withdrawing;
pub mod world;

use std::sync::Arc;

use bindeledd_engine::ports::Store;

/// The place of a store. A store that is opened again in the same place has the committed data.
pub trait TestStore: Send + Sync {
    /// Opens the store, after the earlier one has been dropped.
    fn open(&self) -> Arc<dyn Store>;
    /// Returns every byte of the store on disk.
    fn at_rest(&self) -> Vec<u8>;
}

/// Passes the name of every property to a macro, as `module { name name … }`.
#[doc(hidden)]
#[macro_export]
macro_rules! each_property {
    ($then:ident, $make:ident) => {
        $crate::$then! { $make
            accepting {
                what_is_accepted_is_there_after_a_reopen
                the_same_again_gets_the_first_answer
                the_same_again_all_day_long_leaves_one_row
                a_conversation_that_the_hub_settled_makes_no_other_content
                what_the_guard_found_is_told_each_time_and_put_down_by_field
                a_reference_with_other_content_refuses_the_whole_document
                a_repeat_and_a_new_one_in_a_document_are_both_answered
                an_empty_circle_and_an_unknown_person_look_the_same
                a_circle_is_every_party_that_may_have_it
                a_protected_person_looks_like_one_who_took_everything_back
                address_protection_is_lifted_and_comes_before_a_consent
                an_ending_without_dialogue_raises_an_alert
                a_dialogue_since_the_treatment_raises_none
                a_third_party_gets_no_names_of_others
                replies_find_what_they_refer_to
                what_supersedes_a_message_goes_on_with_its_conversation
                the_receivers_own_ids_are_given_for_the_writing
            }
            adapting {
                an_installed_version_comes_back_with_its_facts
                the_version_in_use_is_that_of_the_newest_switch
                a_switch_that_is_refused_writes_nothing
                a_version_is_removed_unless_it_is_in_use
                an_adapter_has_a_bounded_number_of_versions
            }
            alerting {
                an_alert_is_taken_closed_and_raised_anew
                alerts_are_counted_by_urgency_and_state
                an_alert_closes_when_its_cause_is_over
                a_push_is_on_disk_and_comes_again_when_the_rule_says_so
                a_push_that_failed_waits_by_itself_and_holds_up_no_other
            }
            answering {
                an_answer_is_pending_until_it_is_put
                an_answer_that_there_is_none_of_is_no_longer_owed
                a_repeat_is_answered_again
                a_notice_goes_by_itself_and_needs_no_grant
                a_refused_documents_notice_is_sealed_and_sent
            }
            attempting {
                every_attempt_is_told_with_its_answer
                what_is_settled_too_late_is_no_attempt
                what_comes_next_is_told
                the_adapter_that_read_a_document_is_kept
                attempts_leave_with_the_content
            }
            consenting {
                a_consent_comes_back_as_it_was_registered
                the_same_consent_twice_is_one_and_another_content_is_refused
                a_grant_counts_when_its_sender_has_confirmed_it
                a_confirmation_keeps_who_gave_it_and_on_what_evidence
                a_confirmation_undoes_no_withdrawal_and_no_protection
                a_message_blocked_for_a_grant_that_waits_is_an_alert_until_it_is_over
                a_replay_that_a_waiting_grant_blocks_is_told_of
                parties_and_keys_come_back_as_they_were_put
                keys_are_revoked_by_their_own_party_alone
            }
            erasing {
                an_erased_consent_does_not_come_back_by_itself
                an_erased_participant_is_found_and_opened_by_nothing
                what_is_on_the_wire_at_an_erasure_settles_and_never_goes_again
                a_linked_number_finds_the_same_participant
                two_participants_become_one
                joining_stops_what_either_has_ended
            }
            disclosing {
                a_disclosure_is_what_may_have_left_and_nothing_else
                a_disclosure_says_what_was_in_it_what_was_held_back_and_what_it_rested_on
                what_an_earlier_release_sent_is_told_after_a_narrower_one
                what_was_fetched_from_an_inbox_is_a_disclosure_and_a_receipt_is_none
                a_party_sees_what_it_sent_or_received
                disclosures_come_in_pages
                a_correction_is_told_with_what_it_corrects_and_whom_it_reached
                a_correction_to_the_circle_goes_to_exactly_those_whom_what_was_wrong_reached
                a_correction_reaches_nobody_who_was_never_sent_what_it_corrects
                a_document_may_send_a_message_and_correct_it
                an_export_is_everything_of_one_participant_and_leaves_its_row
                an_export_says_what_is_gone_and_address_protection_changes_nothing
                a_person_of_whom_there_is_nothing_has_an_empty_export
            }
            fetching {
                an_inbox_shows_what_waits_and_what_was_fetched_until_it_is_acknowledged
                only_the_inboxs_own_party_acknowledges
                a_read_again_after_a_withdrawal_gives_nothing
                an_inbox_that_is_polled_leaves_one_row_a_day
                a_release_names_its_bytes_and_their_adapter_in_the_log
            }
            by_hand {
                what_the_operator_takes_is_delivered_when_a_person_says_so
                who_took_it_and_what_wrote_it_say_whether_a_person_has_it
                what_a_person_can_not_do_or_never_says_fails
                what_is_with_a_person_is_no_dialogue_yet
                a_withdrawal_names_what_is_with_a_person_and_an_erasure_ends_it
                what_is_with_a_person_keeps_its_content
                what_a_person_has_had_for_long_is_told_of_once
            }
            noticing {
                a_party_is_told_of_the_newest_that_waits_and_that_is_on_disk
                a_new_address_has_been_told_of_nothing
            }
            mailbox {
                a_listing_is_kept_once_in_its_order_with_its_cursor
                an_item_goes_one_step_after_the_other
                a_listing_without_news_writes_nothing
                what_failed_rests_alone
                an_accepted_item_waits_for_its_answer
                an_item_without_an_answer_goes_on
                what_is_set_aside_is_told_of_and_answered_once
                what_awaits_a_receipt_is_listed_with_its_ids
                a_listing_with_strange_entries_is_kept_and_told_of_together
            }
            entering {
                a_person_of_the_sender_reads_and_enters_and_nobody_else_does
                what_no_grant_covers_is_not_to_enter
                the_receivers_answer_is_entered_by_hand_and_mended_once_seen
                an_erasure_and_the_retention_leave_no_entry
            }
            lettering {
                a_reading_under_a_newer_consent_is_named_by_its_withdrawal
                a_list_is_bounded_behind_its_filter
                participants_are_bounded_behind_their_filter
                a_hand_over_is_told
                a_hand_over_names_nobody_who_is_protected_or_without_a_consent
                mails_to_a_person_are_kept
                a_letter_is_read_by_those_who_follow_up_and_by_nobody_else
                a_reading_decides_anew_and_stands_with_its_person
                one_person_answers_for_the_party
                an_answer_is_of_the_kind_that_was_asked_for
                going_on_with_a_page_is_no_new_reading
                those_who_follow_up_move_with_a_join_and_leave_with_an_erasure
                a_person_registers_and_withdraws_for_the_party
            }
            opening {
                content_is_open_for_its_minutes_and_each_reading_is_told
                a_second_person_answers_and_no_other
                an_approval_opens_one_message_for_one_person
                no_more_is_opened_than_a_receiver_may_have
                requests_and_approvals_lapse
                requests_about_a_sender_stand_behind_no_others
                every_look_stands_with_its_row
                an_erasure_takes_requests_and_reasons
            }
            operating {
                what_is_found_again_is_counted_in_one_alert
                recovery_lets_everything_wait_again_with_the_same_bytes
                what_expires_is_ended_and_its_sender_told
                a_receipt_that_never_comes_fails_with_an_alert
                a_cancelled_message_is_not_sent_and_can_be_replayed
                a_pause_says_why_and_ends_by_itself
                a_replay_is_decided_anew
                a_replayed_circle_reaches_who_is_in_it_now
                a_replayed_correction_names_the_deliveries_that_wait
                contents_leave_when_their_retention_is_over
                a_paused_party_gets_nothing
                a_suspended_party_gets_nothing_and_no_change_lifts_it
                lists_find_by_party_participant_state_kind_and_time
                an_alert_is_seen_by_the_messages_sender
                the_store_says_that_it_is_ready
            }
            own_pages {
                a_code_is_used_once_and_only_where_there_is_something_to_show
                a_pin_is_tried_five_times_and_works_for_thirty_days
                a_sign_in_at_an_issuer_opens_the_page_of_its_number
                own_sessions_and_codes_leave_the_store
                an_erased_participant_has_no_own_page
                a_code_withdraws_within_its_partys_exchanges
                looks_are_told_by_party
            }
            ordering {
                a_conversation_to_one_receiver_goes_in_order
                other_conversations_receivers_and_persons_do_not_wait
                whatever_ends_the_head_promotes_the_next
                a_replay_joins_the_tail
            }
            persons {
                an_account_comes_back_as_it_was_made
                a_link_works_once_and_for_its_time
                the_first_administrator_is_made_once
                no_person_removes_the_last_administrator
                roles_change_from_the_roles_that_were_seen
                a_second_factor_is_used_up
                a_session_begins_only_with_the_secrets_that_were_checked
                failed_attempts_cost_a_wait
                a_session_ends_and_is_kept_for_ninety_days
                an_identity_belongs_to_one_account
                an_issuer_ends_the_sessions_that_it_names
            }
            recording {
                every_step_has_its_row_and_the_chain_holds
                nothing_of_a_person_is_on_the_disk_in_the_clear
                what_fails_leaves_nothing
            }
            retrying {
                a_run_is_on_disk_and_does_nothing_twice
                the_first_of_a_run_goes_alone_and_a_stop_holds
            }
            releasing {
                a_release_is_decided_again_and_frozen
                what_was_written_wider_than_permitted_is_written_anew
                a_deadline_that_has_passed_stops_the_sending
                a_settling_that_comes_too_late_is_only_noted
                a_retry_sends_the_same_bytes_when_it_is_due
                what_is_no_longer_covered_is_stopped
                waiting_deliveries_can_be_ended_and_put_off
                whoever_has_to_act_is_told_by_the_step_itself
                a_receipt_settles_only_its_own_partys_delivery
                a_receipt_that_is_refused_partial_or_unknown
                the_transports_own_id_settles_as_well
            }
            revising {
                every_change_of_a_set_up_makes_a_version
                a_change_that_was_built_on_an_older_version_is_not_made
                a_roll_back_brings_a_set_up_back_and_no_hold
                a_version_leaves_when_it_was_replaced_long_ago
            }
            searching {
                the_log_is_searched_by_every_filter_at_once
                a_search_is_bounded_by_time_and_by_every_filter_at_once
                every_id_leads_to_its_message
                a_search_finds_an_id_however_it_is_spelt
                a_search_by_id_has_at_most_twenty_hits
                messages_after_one_are_the_nearest
                the_flow_is_counted_by_pair_and_quarter
                the_account_of_a_day_adds_up
                deliveries_are_counted_by_state
                causes_are_counted_by_code_and_receiver
                a_partys_own_list_hides_what_it_may_not_know_of
            }
            spelling {
                a_receipt_settles_whatever_its_spelling_of_the_id
                ids_of_receivers_are_kept_as_they_were_written
                a_reference_is_the_same_in_every_spelling
                a_conversation_is_the_same_in_every_spelling
                a_system_is_told_its_own_id_as_it_wrote_it
            }
            watching {
                a_party_that_takes_nothing_is_told_of_once_an_outage
                an_inbox_that_nobody_opens_is_told_of_after_a_weekend
                nobody_is_silent_in_normal_life
                blocks_for_one_reason_are_told_once
                something_urgent_that_is_blocked_is_told_of_at_once
                a_trace_is_left_while_nothing_happens_and_an_operators_word_stands
            }
            telling {
                who_got_something_is_told_of_it_and_nobody_else
                a_part_that_is_withdrawn_is_told_of_as_that_part
                what_is_still_permitted_or_was_over_is_not_told_of
                word_of_a_withdrawal_goes_the_way_of_any_delivery
                an_erasure_or_a_protection_stops_it_and_a_joining_moves_it
                it_lies_in_an_inbox_till_it_is_acknowledged
            }
            requesting {
                a_request_comes_back_as_it_was_sent
                a_yes_registers_what_was_ticked_once
                nothing_beyond_the_question_is_registered
                a_request_that_is_over_takes_no_answer_and_leaves
                of_answers_at_the_same_time_one_holds
                one_draft_is_registered_once_on_paper_or_here
                a_question_opens_the_page_and_protection_closes_it
                an_erasure_takes_the_question_and_a_join_keeps_it
                an_answer_is_told_to_its_sender
            }
            unsent {
                what_was_begun_comes_back_for_its_person_alone
                an_erasure_takes_what_was_begun_and_a_join_keeps_it
                what_was_begun_leaves_when_it_is_sent_or_old
                one_person_has_so_many_and_no_more
                a_party_writes_about_those_whose_grants_it_has
            }
            withdrawing {
                a_withdrawal_ends_what_was_registered_before_it_whatever_its_date
                a_party_reaches_its_own_exchanges_and_what_it_registered
                a_withdrawal_stops_what_waits_and_names_the_rest
                a_withdrawal_and_a_release_in_every_order
                what_rests_on_duty_remains
                what_was_given_before_falls_with_it_and_what_is_given_later_stands
                a_consent_from_before_that_is_registered_later_is_taken_back_too
                a_part_that_is_taken_back_leaves_the_rest
                one_party_can_be_taken_out
                one_consents_withdrawal_leaves_later_ones
                a_drain_voids_what_is_past_its_deadline
                nobodys_withdrawal_changes_nothing
                the_log_says_how_much_was_withdrawn
                a_withdrawal_said_again_writes_nothing
            }
            model {
                random_histories_never_release_without_a_grant
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! mount_properties {
    ($make:ident $($module:ident { $($name:ident)* })*) => {
        $(mod $module {
            $(#[tokio::test]
            async fn $name() {
                $crate::$module::$name(super::$make).await;
            })*
        })*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! run_properties {
    ($make:ident $($module:ident { $($name:ident)* })*) => {
        $($($module::$name(&$make).await;)*)*
    };
}

/// Mounts every property as a separate test: `store_contract!(make)`. `fn make() -> impl TestStore` is a function in scope that
/// returns a fresh place.
#[macro_export]
macro_rules! store_contract {
    ($make:ident) => {
        $crate::each_property!(mount_properties, $make);
    };
}

/// Runs every property, one after the other.
pub async fn run_all<P: TestStore>(make: impl Fn() -> P + Send + Sync) {
    each_property!(run_properties, make);
}
