//! The form of a configuration as JSON schema, for editors.

use crate::rules::RULES;
use serde_json::{Value, json};

/// Where the schema of the newest version stands.
const ID: &str =
    "https://raw.githubusercontent.com/ca-audit/ca-audit/main/crates/ca-lint/ca-lint.schema.json";

/// The schema (draft 2020-12); `ca-lint` itself says more of what is wrong.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Configuration of ca-lint (.ca-lint.yaml)",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "rules": {
                "description": "How loud a rule is, where that is not its own level.",
                "type": ["object", "null"],
                "propertyNames": {"$ref": "#/$defs/rule"},
                "additionalProperties": {"enum": ["off", "note", "warning", "error"]},
            },
            "expiry-days": {
                "description": "A CA that ends within so many days is about to expire.",
                "type": "integer",
                "minimum": 0,
            },
            "hosts": {
                "description": "Copies of hosts' files, by the name of the host.",
                "type": ["object", "null"],
                "additionalProperties": {"type": "string"},
            },
            "scopes": {
                "description": "Environments, realms, clusters: what is kept apart, by name.",
                "type": ["object", "null"],
                "additionalProperties": {"$ref": "#/$defs/scope"},
            },
            "ignore": {
                "description": "Findings that are all right, each with the reason.",
                "type": ["array", "null"],
                "items": {"$ref": "#/$defs/ignored"},
            },
            "baseline": {
                "description": "Findings that were there when ca-lint came; see --write-baseline.",
                "type": ["string", "null"],
            },
            "puppet": {
                "description": "What Puppet code does not tell of itself.",
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": {
                    "functions": {
                        "description": "Every value that a function may return.",
                        "type": ["object", "null"],
                        "additionalProperties": {"anyOf": [
                            {"type": "array", "minItems": 1},
                            {"type": ["string", "number", "boolean", "object", "null"]},
                        ]},
                    },
                    "hiera": {
                        "description": "The servers' hiera.yaml, where it is not the one at the root.",
                        "type": ["string", "null"],
                    },
                },
            },
        },
        "$defs": definitions(),
    })
}

fn definitions() -> Value {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    json!({
        "rule": {"enum": rules},
        "globs": {
            "description": "Patterns of paths from the configuration's folder: * within a name, ** over names.",
            "type": "array",
            "items": {"type": "string"},
        },
        "sha256": {
            "description": "64 hexadecimal digits, with or without colons.",
            "type": "string",
            "pattern": "^\\s*(sha256:)?([0-9A-Fa-f][: ]*){64}\\s*$",
        },
        "scope": {
            "type": "object",
            "additionalProperties": false,
            "anyOf": [{"required": ["paths"]}, {"required": ["hosts"]}],
            "properties": {
                "paths": {"$ref": "#/$defs/globs"},
                "hosts": {"$ref": "#/$defs/globs"},
                "allowed-cas": {
                    "description": "The CAs that may stand there; any where nothing is said.",
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": false,
                        "minProperties": 1,
                        "maxProperties": 1,
                        "properties": {
                            "certificate": {"$ref": "#/$defs/sha256"},
                            "key": {"$ref": "#/$defs/sha256"},
                            "file": {"type": "string"},
                        },
                    },
                },
            },
        },
        "ignored": {
            "type": "object",
            "additionalProperties": false,
            "required": ["reason"],
            "anyOf": [
                {"required": ["rule"]},
                {"required": ["rules"]},
                {"required": ["path"]},
                {"required": ["certificate"]},
            ],
            "properties": {
                "rule": {"$ref": "#/$defs/rule"},
                "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}},
                "path": {"type": "string"},
                "certificate": {"$ref": "#/$defs/sha256"},
                "reason": {"type": "string", "pattern": "\\S"},
                "until": {
                    "description": "The last day on which it holds.",
                    "type": "string",
                    "format": "date",
                },
            },
        },
    })
}
