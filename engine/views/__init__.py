"""
What is read: payouts with their invoices, documents, jobs, history, as frozen values for pages, commands and programs.

Nothing is written here and no rule is decided. Lists are paged by key: a page costs the same wherever it is.
"""

from engine.views.activity import ActivityView as ActivityView
from engine.views.activity import activity as activity
from engine.views.approval_list import ApprovalView as ApprovalView
from engine.views.approval_list import approvals as approvals
from engine.views.deeds import HistoryView as HistoryView
from engine.views.deeds import history as history
from engine.views.deeds import partner_history as partner_history
from engine.views.definition_list import DefinitionView as DefinitionView
from engine.views.definition_list import UnderWay as UnderWay
from engine.views.definition_list import definition as definition
from engine.views.definition_list import definitions as definitions
from engine.views.definition_list import under_way as under_way
from engine.views.document_list import DocumentView as DocumentView
from engine.views.document_list import document as document
from engine.views.document_list import documents as documents
from engine.views.document_list import snapshot as snapshot
from engine.views.job_list import JobView as JobView
from engine.views.job_list import jobs as jobs
from engine.views.paging import FIRST as FIRST
from engine.views.paging import LIMIT as LIMIT
from engine.views.paging import Page as Page
from engine.views.paging import Slice as Slice
from engine.views.paging import pages as pages
from engine.views.partner_list import PartnerView as PartnerView
from engine.views.partner_list import partner as partner
from engine.views.partner_list import partners as partners
from engine.views.payment_list import PaymentView as PaymentView
from engine.views.payment_list import payments as payments
from engine.views.payout_filter import EVERY as EVERY
from engine.views.payout_filter import INVOICES as INVOICES
from engine.views.payout_filter import InvoiceStatus as InvoiceStatus
from engine.views.payout_filter import PayoutFilter as PayoutFilter
from engine.views.payout_list import InvoiceView as InvoiceView
from engine.views.payout_list import PayoutView as PayoutView
from engine.views.payout_list import full_id as full_id
from engine.views.payout_list import payout as payout
from engine.views.payout_list import payout_ids as payout_ids
from engine.views.payout_list import payouts as payouts
from engine.views.revised_list import RevisedView as RevisedView
from engine.views.revised_list import revised as revised
from engine.views.revised_list import revision as revision
from engine.views.reward_list import EVERY_REWARD as EVERY_REWARD
from engine.views.reward_list import REWARD_STATES as REWARD_STATES
from engine.views.reward_list import RewardFilter as RewardFilter
from engine.views.reward_list import RewardView as RewardView
from engine.views.reward_list import rewards as rewards
from engine.views.timer_list import TIMER_STATUSES as TIMER_STATUSES
from engine.views.timer_list import TimerView as TimerView
from engine.views.timer_list import timers as timers
from engine.views.ways import Way as Way
from engine.views.ways import ways as ways
