"""Every command of core with the one right it asks for. A test holds the lists against the code.

A command is a public function that takes a unit of work (or the door where people log in) and writes an event. What
such a command asks for beyond its one right (a limit, a back-date) it asks by ``require_or_override``; and a customer's
terms ask for a right of their own beside that of the customer.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.auth.permissions import Permission

#: Dotted name of the function -> the right.
COMMANDS: Mapping[str, Permission] = {
    "core.app.choices.set_choice": Permission.CHANGE_SETTINGS,
    "core.app.displays.change_display": Permission.CHANGE_SETTINGS,
    "core.app.health.confirm_clock": Permission.CHANGE_SETTINGS,
    "core.app.licences.change_licences": Permission.CHANGE_SETTINGS,
    "core.app.paperwork.note_paper": Permission.PRINT_BILL,
    "core.app.paperwork.open_drawer": Permission.OPEN_DRAWER,
    "core.app.paperwork.print_bill": Permission.PRINT_BILL,
    "core.app.printers.change_printers": Permission.CHANGE_SETTINGS,
    "core.app.papers.change_papers": Permission.CHANGE_SETTINGS,
    "core.app.scanners.change_scanners": Permission.CHANGE_SETTINGS,
    "core.app.settings_file.take_settings": Permission.CHANGE_SETTINGS,
    "core.app.shop_details.change_shop": Permission.CHANGE_SETTINGS,
    "core.app.series.set_number_series": Permission.CHANGE_SERIES,
    "core.auth.login.change_password": Permission.OWN_ACCOUNT,
    "core.auth.login.change_pin": Permission.OWN_ACCOUNT,
    "core.auth.login.log_out": Permission.OWN_ACCOUNT,
    "core.auth.roles.set_role_right": Permission.MANAGE_ROLES,
    "core.auth.service.add_user": Permission.MANAGE_USERS,
    "core.auth.service.deactivate_user": Permission.MANAGE_USERS,
    "core.auth.service.edit_user": Permission.MANAGE_USERS,
    "core.auth.service.set_password": Permission.MANAGE_USERS,
    "core.auth.service.set_pin": Permission.MANAGE_USERS,
    "core.auth.service.unlock_user": Permission.MANAGE_USERS,
    "core.cash.service.hand_over_counter": Permission.POST_BILL,
    "core.cash.service.move_cash": Permission.MOVE_CASH,
    "core.cash.service.open_counter": Permission.POST_BILL,
    "core.catalog.scheduling.set_schedules": Permission.EDIT_ITEMS,
    "core.catalog.scheduling.set_state_listing": Permission.EDIT_ITEMS,
    "core.catalog.taxing.change_rates": Permission.EDIT_ITEMS,
    "core.catalog.taxing.set_tax": Permission.EDIT_ITEMS,
    "core.catalog.teaching.teach_barcode": Permission.EDIT_ITEMS,
    "core.dispensing.pharmacists.add_pharmacist": Permission.CHANGE_SETTINGS,
    "core.dispensing.pharmacists.begin_duty": Permission.SELL_SCHEDULED,
    "core.dispensing.pharmacists.end_duty": Permission.SELL_SCHEDULED,
    "core.dispensing.pharmacists.end_pharmacist": Permission.CHANGE_SETTINGS,
    "core.inventory.correcting.correct_batch": Permission.EDIT_BATCHES,
    "core.inventory.holding.hold_batch": Permission.EDIT_BATCHES,
    "core.inventory.holding.release_batch": Permission.EDIT_BATCHES,
    "core.inventory.items.activate_item": Permission.EDIT_ITEMS,
    "core.inventory.items.create_item": Permission.EDIT_ITEMS,
    "core.inventory.items.deactivate_item": Permission.EDIT_ITEMS,
    "core.inventory.items.edit_item": Permission.EDIT_ITEMS,
    "core.inventory.opening.import_items": Permission.IMPORT_ITEMS,
    "core.inventory.repricing.revise_mrp": Permission.EDIT_BATCHES,
    "core.inventory.salt_reading.read_item_salts": Permission.EDIT_ITEMS,
    "core.inventory.undoing.undo_import": Permission.IMPORT_ITEMS,
    "core.ledger.closing.close_books": Permission.LOCK_BOOKS,
    "core.ledger.closing.reopen_books": Permission.REOPEN_BOOKS,
    "core.opening.balances.enter_opening_balance": Permission.ENTER_OPENING,
    "core.opening.comparing.map_accounts": Permission.ENTER_OPENING,
    "core.opening.dues.enter_opening_dues": Permission.ENTER_OPENING,
    "core.opening.undoing.undo_opening_dues": Permission.ENTER_OPENING,
    "core.parties.codes.end_supplier_item": Permission.PURCHASE,
    "core.parties.codes.teach_supplier_item": Permission.PURCHASE,
    "core.purchasing.billing.enter_bill": Permission.PURCHASE,
    "core.purchasing.billing.receive_billed_goods": Permission.PURCHASE,
    "core.purchasing.debiting.issue_debit_note": Permission.PURCHASE,
    "core.purchasing.matching.settle_match": Permission.APPROVE_MATCH,
    "core.purchasing.ordering.close_order": Permission.PURCHASE,
    "core.purchasing.ordering.place_order": Permission.PURCHASE,
    "core.purchasing.receiving.receive_goods": Permission.RECEIVE_STOCK,
    "core.purchasing.taking_back.take_back_bill": Permission.PURCHASE,
    "core.purchasing.taking_back.take_back_debit_note": Permission.PURCHASE,
    "core.purchasing.taking_back.take_back_receipt": Permission.RECEIVE_STOCK,
    "core.purchasing.proposing.learning.learn_supplier_items": Permission.PURCHASE,
    "core.purchasing.proposing.learning.remember_layout": Permission.PURCHASE,
    "core.purchasing.proposing.new_items.add_line_items": Permission.EDIT_ITEMS,
    "core.purchasing.proposing.posting.take_file_in": Permission.PURCHASE,
    "core.sales.cancelling.cancel_bill": Permission.CANCEL_BILL,
    "core.sales.payments.change_payment": Permission.CHANGE_PAYMENT,
    "core.sales.payments.confirm_payment": Permission.POST_BILL,
    "core.sales.correcting.correct_bill": Permission.CORRECT_BILL,
    "core.sales.posting.post_bill": Permission.POST_BILL,
    "core.sales.quoting.make_quotation": Permission.POST_BILL,
    "core.wants.service.note_want": Permission.KEEP_WANT_BOOK,
    "core.wants.service.settle_want": Permission.KEEP_WANT_BOOK,
}

#: The right to add and change a party, by what it is to the shop.
EDITS_PARTY: Mapping[str, Permission] = {
    "customer": Permission.EDIT_CUSTOMERS,
    "supplier": Permission.EDIT_SUPPLIERS,
    "patient": Permission.EDIT_CUSTOMERS,
    "prescriber": Permission.EDIT_CUSTOMERS,
}
#: The right to end a party, to say that two are one, and to bring in a whole list: none of it is the counter's work.
ENDS_PARTY: Mapping[str, Permission] = {
    "customer": Permission.SET_CUSTOMER_TERMS,
    "supplier": Permission.EDIT_SUPPLIERS,
    "patient": Permission.MERGE_PATIENTS,
    "prescriber": Permission.MERGE_PATIENTS,
}
#: Commands whose one right depends on the kind of party.
BY_KIND: Mapping[str, Mapping[str, Permission]] = {
    "core.opening.parties.import_parties": ENDS_PARTY,
    "core.parties.service.add_party": EDITS_PARTY,
    "core.parties.service.edit_party": EDITS_PARTY,
    "core.parties.service.end_party": ENDS_PARTY,
    "core.parties.service.merge_parties": ENDS_PARTY,
}

#: What asks for no right of its own, most of it because it is how the program learns who they are; why that is safe.
OPEN: Mapping[str, str] = {
    "core.audit.log.write_event": "writes the event of the command that calls it",
    "core.auth.attempts.begin_attempt": "counts an attempt before anybody is known",
    "core.auth.attempts.note_failure": "writes that nobody was let in",
    "core.auth.attempts.write_login_event": "writes the event of the step that calls it",
    "core.auth.login.log_in": "asks for the password",
    "core.auth.login.log_in_for_command": "asks for the password; the command then asks for its right",
    "core.auth.login.prove": "counts an attempt and compares the secret",
    "core.auth.login.switch_user": "asks for the PIN inside a running session",
    "core.auth.login.unlock_terminal": "asks for the PIN at a terminal that locked itself, under a password of today",
    "core.sales.cuts.keep_draft": "keeps what is typed; what somebody took off is recorded whatever they may do",
    "core.inventory.opening.bring_in": "does the work of the command that calls it, which has asked for its right",
    "core.auth.overrides.authorise": "asks for a supervisor's secret, and whether the supervisor has the right",
}
