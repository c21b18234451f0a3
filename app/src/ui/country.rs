//! Countries, by name in the reader's own language.

use handoff_core::fold::fold;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Every country's two letters (ISO 3166-1), one after the other.
const CODES: &str = "ADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

fn names() -> Option<(JsValue, Function)> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DisplayNames".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"region".into()).ok()?;
    let languages = JsValue::UNDEFINED;
    let names = Reflect::construct(&class, &Array::of2(&languages, &options)).ok()?;
    let of = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    Some((names, of))
}

/// Every country: its two letters, and its name in the reader's own language, in that order.
pub fn countries() -> Vec<(String, String)> {
    let names = names();
    let name = |code: &str| {
        let (names, of) = names.as_ref()?;
        of.call1(names, &code.into()).ok()?.as_string()
    };
    let codes = (0..CODES.len()).step_by(2).filter_map(|at| CODES.get(at..at + 2));
    let mut all: Vec<_> = codes.map(|code| (code.to_owned(), name(code).unwrap_or_else(|| code.to_owned()))).collect();
    all.sort_by_key(|(_, name)| fold(name));
    all
}

/// The country that this browser's language names, or the United States.
pub fn likely_country() -> String {
    let language = window().navigator().language().unwrap_or_default();
    let region = language.rsplit('-').next().unwrap_or_default().to_uppercase();
    let known = region.len() == 2 && language.contains('-') && countries().iter().any(|(code, _)| *code == region);
    if known { region } else { "US".to_owned() }
}
