"""Brokers, task queues and web services (301).

A producer or a service's client is harmless to make; sending is the hazard. Packages in which every call goes to
the service (`stripe`) are there as a whole. `celery` and `dramatiq` count where a task is sent, not where it is declared.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import SESSION, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_BROKERS = (
    *clients(Effect.NETWORK, "kafka", "KafkaProducer KafkaConsumer KafkaAdminClient", harmless=("close",)),
    *clients(Effect.NETWORK, "confluent_kafka", "Producer Consumer admin.AdminClient", harmless=("close",)),
    *clients(Effect.NETWORK, "aiokafka", "AIOKafkaProducer AIOKafkaConsumer"),
    *connections(Effect.NETWORK, "pika", "BlockingConnection SelectConnection"),
    *connections(Effect.NETWORK, "aio_pika", "connect connect_robust"),
    *clients(Effect.NETWORK, "kombu", "Connection Producer Consumer", harmless=SESSION),
    *connections(Effect.NETWORK, "nats", "connect"),
    *clients(Effect.NETWORK, "nats.aio.client", "Client"),
    *clients(
        Effect.NETWORK,
        "paho.mqtt.client",
        "Client",
        harmless=("on_connect", "on_message", "on_disconnect", "username_pw_set", "tls_set"),
    ),
    *calls(Effect.NETWORK, "paho.mqtt.publish", "single multiple"),
    *clients(Effect.NETWORK, "", "aiomqtt.Client zmq.Context zmq.asyncio.Context pulsar.Client stomp.Connection"),
)

_QUEUES = (
    *calls(
        Effect.NETWORK,
        "",
        "celery.Celery.send_task celery.app.task.Task.delay celery.app.task.Task.apply_async celery.Task.delay"
        " celery.Task.apply_async celery.current_app.send_task",
    ),
    *clients(
        Effect.NETWORK,
        "",
        "celery.shared_task celery.Celery.task",
        harmless=("s", "si", "signature", "name", "run", "__call__"),
        note="calling the task runs it in place; `delay` and `apply_async` send it",
    ),
    *clients(
        Effect.NETWORK,
        "dramatiq",
        "actor",
        harmless=("fn", "message", "message_with_options", "actor_name", "__call__"),
        note="calling the actor runs it in place; `send` sends it",
    ),
    *clients(Effect.NETWORK, "", "rq.Queue huey.RedisHuey arq.connections.ArqRedis procrastinate.App"),
    *connections(Effect.NETWORK, "arq", "create_pool"),
)

_SERVICES = (
    *calls(Effect.NETWORK, "", "stripe.*"),
    *clients(Effect.NETWORK, "stripe", "StripeClient"),
    *clients(Effect.NETWORK, "twilio.rest", "Client"),
    *clients(Effect.NETWORK, "sendgrid", "SendGridAPIClient"),
    *calls(Effect.NETWORK, "", "resend.Emails.send postmarker.core.PostmarkClient mailchimp_transactional.Client"),
    *clients(
        Effect.NETWORK,
        "slack_sdk",
        "WebClient web.async_client.AsyncWebClient webhook.WebhookClient webhook.async_client.AsyncWebhookClient",
    ),
    *clients(Effect.NETWORK, "", "telegram.Bot discord.Client discord.Webhook discord.SyncWebhook aiogram.Bot"),
    *clients(Effect.NETWORK, "", "github.Github gitlab.Gitlab jira.JIRA atlassian.Confluence atlassian.Jira"),
    *clients(Effect.NETWORK, "", "notion_client.Client notion_client.AsyncClient airtable.Airtable pyairtable.Api"),
    *clients(Effect.NETWORK, "", "simple_salesforce.Salesforce hubspot.HubSpot shopify.ShopifyResource"),
    *clients(Effect.NETWORK, "", "tweepy.Client tweepy.API praw.Reddit googlemaps.Client spotipy.Spotify ccxt.binance"),
    *clients(Effect.NETWORK, "plaid.api.plaid_api", "PlaidApi"),
    *clients(Effect.NETWORK, "", "web3.Web3 web3.AsyncWeb3 geopy.geocoders.Nominatim"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_BROKERS, *_QUEUES, *_SERVICES)
