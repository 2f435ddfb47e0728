//! Adapter for GPs: KITH MsgHead, Dialogmelding and AppRec over Meldingstjener.
