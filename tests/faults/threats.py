"""The table of threats as data: docs/reference/threats.md tells it in words.

Each attack is tried twice, by test_threats.py: as it is, and with the defence taken
away. Where several defences stand behind one another, rows follow one another that take
away one more each time.
"""

import json
import xml.etree.ElementTree
from datetime import timedelta
from types import SimpleNamespace

from faults import attacks_on_access as access
from faults import attacks_on_desk as desk
from faults import attacks_on_files as files
from faults import attacks_on_group as group
from faults import attacks_on_keys as keys
from faults import attacks_on_lines as lines
from faults import attacks_on_logs as logs
from faults import attacks_on_sign_in as entering
from faults.threat import Threat, nothing

from waternet.exchange.witness import Seen
from waternet.record.checkpoint import read_checkpoint
from waternet.record.entry import read_entry
from waternet.record.layout import read_bundle
from waternet.record.note import read_note
from waternet.record.tiles import Bundle, TileReader

__all__ = ["TABLE"]


def _unproved(reader: TileReader, number: int, content: bytes) -> Bundle:
    return Bundle(tuple(read_bundle(content)), reader.tile(0, number))


def _unsigned(_card, _index, signed):
    return read_entry(signed)


def _whoever_signed(signed, _verifiers):
    return read_checkpoint(read_note(signed).text)


_UNPROVED = {"waternet.record.tiles.TileReader.prove_bundle": _unproved}
_UNSIGNED = {
    "waternet.exchange.steps.verify_signed": _unsigned,
    "waternet.exchange.walk.verify_signed": _unsigned,
}
_UNCOMPARED = {"waternet.node.mirror.verify_growth": nothing}
_UNWITNESSED = {"waternet.node.mirror.cosign_head": nothing}
_UNHASHED = {"waternet.node.blob_copies.read_blob": files.copy_unread}
_UNVERIFIED = {"waternet.node.arrivals.verify_blob": nothing}
_PLAIN_JSON = {"waternet.record.canonical._DECODER": json.JSONDecoder()}
_ANY_SPELLING = {"waternet.record.canonical._is_canonical": lambda *_: True}
_ILLEGIBLE = {"waternet.record.fields.verify_legible": nothing}
_UNCOMMITTED = {"waternet.node.joint_secrets._differing": lambda *_: []}
_KEEPING = SimpleNamespace(rmtree=keys.keep_it)
_ANY_SESSION = "FROM session s WHERE :now + :idle > 0"
_FORGED = "forged figures are answered"
_UNPLACED = {"waternet.workinggroup.gathering._verify_place": nothing}
_UNSIGNED_ACT = {"waternet.workinggroup.gathering._signature_fault": lambda *_: ""}
_UNCOUNTED = {"waternet.workinggroup.adopting.verify_consents": nothing}
_MOVED = {"waternet.workinggroup.positions.verify_consented_to": nothing}

TABLE = (
    Threat(
        "altered entry", "pull", logs.altered_entry, "altered-entry", _UNPROVED,
        "bad-signature",
    ),
    Threat(
        "altered entry", "pull", logs.altered_entry, "altered-entry",
        {**_UNPROVED, **_UNSIGNED},
    ),
    Threat(
        "rewritten history", "pull", logs.rewritten_history, "forked-log", _UNCOMPARED,
        "forked-log",
    ),
    Threat(
        "rewritten history", "pull", logs.rewritten_history, "forked-log",
        {**_UNCOMPARED, **_UNWITNESSED},
    ),
    Threat(
        "false evidence", "verify", logs.false_evidence, "proves nothing",
        {"waternet.exchange.verdict.prefix_root": lambda *_: bytes(32)},
    ),
    Threat(
        "split view", "witness", logs.split_view, "422",
        {"waternet.exchange.witness._verify_growth": nothing},
    ),
    Threat(
        "smaller head", "witness", logs.cosigned_again, "409",
        {"waternet.node.witness.seen_of": lambda *_: Seen()},
    ),
    Threat(
        "unsigned head", "witness", logs.unsigned_head, "403",
        {"waternet.exchange.witness.verify_note": nothing},
    ),
    Threat(
        "restored witness", "witness", logs.restored_witness, "503",
        {"waternet.node.witness.may_know_less": lambda _node: False},
    ),
    Threat("rollback", "pull", logs.rolled_back, "stale-mirror", _UNCOMPARED),
    Threat(
        "older state", "publish", logs.older_state, "refused",
        {"faults.attacks_on_logs.restore_public": logs.restore_all}, "forked-log",
    ),
    Threat(
        "two appenders", "publish", logs.two_appenders, "conflict",
        {"waternet.node.folder.fcntl.flock": nothing},
    ),
    Threat(
        "two heads", "publish", logs.two_heads, "conflict",
        {"waternet.node.state.State.advance": logs.overwrite}, "the first one is lost",
    ),
    Threat(
        "killed", "publish", logs.killed_after_commit, "completed",
        {"waternet.node.log.write_durably": logs.not_staged}, "the entries are lost",
    ),
    Threat(
        "full disk", "publish", logs.full_disk, "the old one stands",
        {"waternet.node.durable.write_durably": logs.write_in_place}, "torn",
    ),
    Threat("foreign entry", "pull", logs.foreign_entry, "bad-signature", _UNSIGNED),
    Threat("spoken for", "pull", logs.spoken_for, "bad-signature", _UNSIGNED),
    Threat(
        "foreign head", "pull", logs.foreign_head, "unknown-key",
        {"waternet.exchange.walk.verify_checkpoint": _whoever_signed}, "bad-signature",
    ),
    Threat(
        "stolen steward key", "pull", keys.stolen_steward, "revoked-key",
        {"waternet.exchange.card.Card.steward_verifiers": keys.any_steward},
    ),
    Threat(
        "stolen log key", "pull", keys.stolen_log, "revoked-key",
        {"waternet.exchange.card.Card.log_verifiers": keys.any_log},
    ),
    Threat(
        "one root key", "registry", keys.one_root_key, "quorum-not-met",
        {"waternet.exchange.registry.Registry.is_quorum": lambda *_: True},
    ),
    Threat(
        "replayed registry", "registry", keys.replayed_registry, "the newer stands",
        {"faults.attacks_on_keys.remembered": keys.forgotten},
    ),
    Threat(
        "another's card", "registry", keys.anothers_card, "key-of-another-party",
        {"waternet.exchange.succession.verify_party": keys.any_signer},
    ),
    Threat(
        "another's log", "registry", keys.anothers_log, "key-of-another-party",
        {"waternet.exchange.succession.verify_unshared": nothing},
    ),
    Threat(
        "removed party", "registry", keys.removed_party, "not counted",
        {"waternet.exchange.succession._Taking.take_targets": nothing},
    ),
    Threat(
        "future cosignature", "pull", keys.future_cosignature, "clock-far-off",
        {"waternet.node.quorum.MOST_AHEAD": 1 << 62},
    ),
    Threat(
        "false cosignature", "pull", keys.false_cosignature, "bad-proof",
        {"waternet.record.cosignature.WitnessVerifier.verify":
            lambda *_: keys.SECONDS},
    ),
    Threat(
        "own cosignature", "pull", keys.own_cosignature, "not counted",
        {"waternet.node.trust._is_own": lambda *_: False},
    ),
    Threat(
        "replayed grant", "pull", keys.replayed_grant, "replayed-consent",
        {"waternet.node.opening.verify_grant": nothing},
    ),
    Threat(
        "expired grant", "pull", keys.expired_grant, "not opened",
        {"waternet.node.opening.ran_out": lambda *_: False},
    ),
    Threat(
        "grant for another", "pull", keys.grant_for_another, "replayed-consent",
        {"waternet.node.opening.verify_bound": nothing}, "unreadable-blob",
    ),
    Threat(
        "lied opening", "joint", keys.lied_opening, "bad-share", _UNCOMMITTED,
        "bad-share",
    ),
    Threat(
        "lied opening", "joint", keys.lied_opening, "bad-share",
        {**_UNCOMMITTED, "waternet.node.joint_secrets._fits": lambda *_: True},
    ),
    Threat(
        "plaintext left", "pull", keys.plaintext_left, "removed",
        {"waternet.node.recovery.shutil": _KEEPING}, "it stays",
    ),
    Threat(
        "forged figures", "pull", files.forged_figures, "corrupt-blob", _UNHASHED,
        "corrupt-blob",
    ),
    Threat(
        "forged figures", "pull", files.forged_figures, "corrupt-blob",
        {**_UNHASHED, **_UNVERIFIED}, _FORGED,
    ),
    Threat(
        "forged mirror", "rebuild", files.forged_mirror, "corrupt-blob", _UNVERIFIED,
        _FORGED,
    ),
    Threat(
        "Parquet bomb", "pull", files.parquet_bomb, "stopped",
        {"faults.attacks_on_files.LIMITS": files.AMPLE},
    ),
    Threat(
        "swelling workbook", "import", files.swelling_workbook, "refused",
        {"waternet.formats.archive.MAX_UNPACKED": 1 << 40},
    ),
    Threat(
        "entities", "import", files.entities, "refused",
        {"waternet.formats.xml_stream.defusedxml.ElementTree.iterparse":
            xml.etree.ElementTree.iterparse}, "expanded",
    ),
    Threat(
        "formula", "export", files.formula, "inert",
        {"waternet.formats.writing._inert": lambda texts: texts}, "runs",
    ),
    Threat(
        "field twice", "pull", files.field_twice, "refused", _PLAIN_JSON, "refused",
    ),
    Threat(
        "field twice", "pull", files.field_twice, "refused",
        {**_PLAIN_JSON, **_ANY_SPELLING},
    ),
    Threat(
        "huge number", "pull", files.huge_number, "refused",
        {**_PLAIN_JSON, "waternet.record.fields.LARGEST_INTEGER": 1 << 64},
    ),
    Threat("minus zero", "pull", files.minus_zero, "refused", _ANY_SPELLING),
    Threat("turned text", "pull", files.turned_text, "refused", _ILLEGIBLE),
    Threat("spelt twice", "pull", files.spelt_twice, "refused", _ILLEGIBLE),
    Threat(
        "leading id", "pull", files.leading_id, "refused",
        {"waternet.record.entry.verify_id": nothing},
    ),
    Threat(
        "private file", "serve", lines.private_file, "404",
        {"waternet.api.record_files.find_publication": lines.anything},
    ),
    Threat(
        "linked file", "serve", lines.linked_file, "404",
        {"waternet.api.record_files._open_beneath": lines.follow_links},
    ),
    Threat(
        "gzip bomb", "pull", lines.gzip_bomb, "refused",
        {"waternet.exchange.walk._MOST_CHECKPOINT": 1 << 40},
    ),
    Threat(
        "huge file", "verify", lines.huge_file, "refused",
        {"waternet.record.proof.MOST_PROOF": 1 << 27},
    ),
    Threat(
        "leading address", "pull", lines.leading_address, "not read",
        {"waternet.node.copies._remote": list},
    ),
    Threat(
        "no address", "pull", lines.no_address, "told",
        {"waternet.node.copies.Copy._opened": lines.open_as_it_is}, "unknown-key",
    ),
    Threat(
        "misleading list", "pull", lines.misleading_list, "told",
        {"waternet.exchange.location._listed": lines.believed},
    ),
    Threat(
        "dripping request", "witness", lines.dripping_request, "408",
        {"faults.attacks_on_lines.SENT_WITHIN": None}, "it waits for ever",
    ),
    Threat(
        "endless addresses", "pull", lines.endless_addresses, "refused",
        {"waternet.exchange.card._MOST_ADDRESSES": 1 << 20},
    ),
    Threat(
        "commanding name", "pull", lines.commanding_name, "refused",
        {"waternet.exchange.card.verify_legible": nothing},
    ),
    Threat(
        "commanding words", "pull", lines.commanding_words, "spelt out",
        {"waternet.cli.show.inert": lambda text: text},
    ),
    Threat(
        "hidden figures", "serve", access.hidden_figures, "the public ones",
        {"waternet.bank.readership._unreadable": lambda *_: ([], None)},
    ),
    Threat(
        "hidden revision", "serve", access.hidden_revision, "the older one",
        {"waternet.bank.rows._shown": lambda rows, _part: rows},
    ),
    Threat(
        "hidden history", "serve", access.hidden_history, "the public ones",
        {"waternet.bank.store.Catalogue.hidden": lambda _catalogue: {}},
    ),
    Threat(
        "another reader's count", "serve", access.another_readers_count,
        "the public ones",
        {"waternet.bank.store.Catalogue.hidden": lambda _catalogue: {}},
    ),
    Threat(
        "guessed key", "serve", access.guessed_key, "refused",
        {"waternet.node.people.hmac.compare_digest": lambda *_: True},
    ),
    Threat(
        "stolen file", "serve", access.stolen_file, "refused",
        {"waternet.node.people.digest_of": access.as_it_is},
    ),
    Threat(
        "ended key", "serve", access.ended_key, "refused",
        {"waternet.node.people.ApiKey.state": lambda *_: "valid"},
    ),
    Threat(
        "foreign token", "serve", access.foreign_token, "refused",
        {"waternet.node.issuers._wanted": lambda *_: {}},
    ),
    Threat(
        "old token", "serve", access.old_token, "refused",
        {"waternet.node.issuers._LEEWAY": 86_400},
    ),
    Threat(
        "key in address", "serve", access.key_in_address, "400",
        {"waternet.api.answering.verify_no_key": nothing},
    ),
    Threat(
        "unnoted read", "serve", access.unnoted_read, "503",
        {"waternet.api.noting.Noting._note": nothing},
    ),
    Threat(
        "changed while signed", "publish", desk.changed_while_signed, "conflict",
        {"waternet.node.publish.Chosen.verify": nothing},
    ),
    Threat(
        "own review", "publish", desk.own_review, "refused",
        {"waternet.node.reviewing._hands": lambda _pending: set()},
    ),
    Threat(
        "reviewer signs", "publish", desk.reviewer_signs, "refused",
        {"waternet.node.publish.verify_signer": nothing},
    ),
    Threat(
        "passphrase on the line", "serve", desk.passphrase_on_the_line, "not asked for",
        {"waternet.portal.desk.passphrase._is_private": lambda _url: True},
    ),
    Threat(
        "guessed passphrase", "serve", desk.guessed_passphrase, "429",
        {"waternet.portal.desk.passphrase.Limits.charge": nothing},
    ),
    Threat(
        "ended session", "serve", entering.ended_session, "anybody's",
        {"waternet.node.sessions._VALID": _ANY_SESSION},
    ),
    Threat(
        "idle session", "serve", entering.idle_session, "anybody's",
        {"waternet.node.sessions._IDLE": {"idle": 1 << 30}},
    ),
    Threat(
        "stolen sessions", "serve", entering.stolen_sessions, "anybody's",
        {"waternet.node.sessions._digest": entering.as_it_is},
    ),
    Threat(
        "replayed passkey", "serve", entering.replayed_passkey, "refused",
        {"waternet.node.passkeys.Attempts": entering.Forgetful},
    ),
    Threat(
        "another's sign-in", "serve", entering.anothers_sign_in, "refused",
        {"waternet.node.code_flow.hmac.compare_digest": lambda *_: True},
    ),
    Threat(
        "foreign form", "serve", entering.foreign_form, "from elsewhere",
        {"waternet.api.answering.verify_own_page": nothing},
        "another session",
    ),
    Threat(
        "foreign form", "serve", entering.foreign_form, "from elsewhere",
        {
            "waternet.api.answering.verify_own_page": nothing,
            "waternet.portal.form.verify_form_token": nothing,
        },
    ),
    Threat(
        "cookie at an interface", "serve", entering.cookie_at_an_interface, "401",
        {"waternet.api.answering.Answering._session": entering.any_cookie},
    ),
    Threat(
        "led elsewhere", "serve", entering.led_elsewhere, "a page of the node",
        {"waternet.portal.account.preferences.onward_of": lambda text, *_: text},
    ),
    Threat(
        "replayed act", "fold", group.replayed_act, "replayed-act",
        {"waternet.workinggroup.gathering._verify_new": nothing},
    ),
    Threat(
        "another group's act", "fold", group.act_of_another_group,
        "act-of-another-group", _UNPLACED, "unknown-act",
    ),
    Threat(
        "another's act", "fold", group.act_of_another_party, "act-of-another-party",
        _UNPLACED, "bad-act-signature",
    ),
    Threat(
        "another's act", "fold", group.act_of_another_party, "act-of-another-party",
        {**_UNPLACED, **_UNSIGNED_ACT},
    ),
    Threat(
        "another's delegate", "fold", group.anothers_delegate, "bad-act-signature",
        _UNSIGNED_ACT,
    ),
    Threat(
        "dismissed delegate", "fold", group.dismissed_delegate, "credential-ended",
        {"waternet.workinggroup.credential.Credentials.at": group.first_credential},
    ),
    Threat(
        "back-dated act", "fold", group.back_dated, "back-dated",
        {"waternet.workinggroup.folding.verify_days": nothing},
    ),
    Threat(
        "moved consent", "fold", group.moved_consent, "consent-not-to-this", _MOVED,
        "consent-not-to-this",
    ),
    Threat(
        "moved consent", "fold", group.moved_consent, "consent-not-to-this",
        {**_MOVED, **_UNCOUNTED},
    ),
    Threat(
        "changed language", "fold", group.changed_language, "consent-not-to-this",
        _UNCOUNTED,
    ),
    Threat(
        "missing consent", "fold", group.missing_consent, "no-consensus", _UNCOUNTED,
    ),
    Threat(
        "reported consent", "fold", group.reported_consent, "not-entitled",
        {"waternet.workinggroup.seats.Seats.keeps_record": lambda *_: False},
    ),
    Threat(
        "overlooked objection", "fold", group.overlooked_objection,
        "standing-objection",
        {"waternet.workinggroup.adopting._in_time": group.as_claimed},
    ),
    Threat(
        "foreseen objection", "fold", group.foreseen_objection, group.STANDS,
        {"waternet.workinggroup.sight._CLOCKS": timedelta.max}, "standing-objection",
    ),
    Threat(
        "reopened text", "fold", group.reopened_text, "not-open",
        {"waternet.workinggroup.fold.overtaken": lambda _thing: ()}, "acted-at-once",
    ),
    Threat(
        "adopted twice", "fold", group.adopted_twice, group.STANDS,
        {"waternet.workinggroup.folding._seal": group.by_itself}, "acted-at-once",
    ),
    Threat(
        "pushed back", "fold", group.pushed_back, group.STANDS,
        {"waternet.workinggroup.thing.Thing._carried_tips": group.all_tips},
        "the first draft stands",
    ),
    Threat(
        "charter without consent", "fold", group.charter_without_consent,
        "no-consensus", {"waternet.workinggroup.charters.verify_consensus": nothing},
    ),
    Threat(
        "charter come back", "fold", group.charter_come_back, "consent-not-to-this",
        {"waternet.workinggroup.charters._verify_to_replace": nothing},
    ),
    Threat(
        "closed eyes", "fold", group.closed_eyes, group.STANDS,
        {"waternet.workinggroup.succession.Succession._find_next": group.own_eyes},
        "superseded-charter",
    ),
    Threat(
        "second chair", "fold", group.second_chair, "two-chairs",
        {"waternet.workinggroup.sessions._verify_chair": nothing},
    ),
)  # fmt: skip
