//! Adapter for providers' systems.
use bindeledd_sdk::*;
/// A.
pub struct ProviderJson;
impl Adapter for ProviderJson {
    fn manifest() -> Manifest { Manifest{id:"provider-json".into(),version:"0.1.0".into(),contract:CONTRACT.into(),description:String::new(),formats:vec![],reads:vec![],writes:vec![],settings:serde_json::json!({}),needs:EndpointNeeds::default()} }
    fn read(d: Document<'_>, _c: &Context) -> Reading { match catalogue::Draft::parse(d.body) { Ok(x)=>Reading::one(x), Err(e)=>Reading::Refused(Refusal::new("x", e.to_string())) } }
    fn acknowledge(_o: &Outcome, _r: &serde_json::Value, _c: &Context) -> Option<Request> { None }
    fn write(m: &catalogue::Message, _c: &Context) -> Result<Request, Refusal> { Ok(Request::post("/x", "application/json", serde_json::to_vec(&m.to_json()).unwrap_or_default())) }
    fn settle(r: &Response, _c: &Context) -> Settlement { r.settle_by_status() }
}
export!(ProviderJson);
