"""Language and other learned models (303): hosted ones over their SDKs, local ones, agents that call them.

A client is harmless to make. A chat model that is only given tools or a schema (`bind_tools`) is still such a client.
Agents of a framework count where they run; the frameworks' durable wrappers are classes of their own and so are not here.
The OpenAI Agents SDK is left out: its package is called `agents`, as many a project's own, and engines replace its runner.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import SESSION, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_SDK: Final = (*SESSION, "with_options", "copy", "api_key", "base_url", "timeout")
_RUNNABLE: Final = "bind bind_tools with_structured_output with_config with_retry with_fallbacks"


def _sdk(names: str) -> tuple[Hazard, ...]:
    """Clients of a vendor's SDK, and what derives a client from a client."""
    derived = " ".join(f"{name}.with_options {name}.copy" for name in names.split())
    return clients(Effect.MODEL, "", f"{names} {derived}", harmless=_SDK)


def _chat(names: str) -> tuple[Hazard, ...]:
    """LangChain models, and what derives a model from a model."""
    derived = " ".join(f"{name}.{how}" for name in names.split() for how in _RUNNABLE.split())
    return clients(
        Effect.MODEL,
        "",
        f"{names} {derived}",
        harmless=(*_RUNNABLE.split(), "model_name", "temperature", "get_num_tokens", "__or__", "pipe"),
    )


_HOSTED = (
    *_sdk(
        "openai.OpenAI openai.AsyncOpenAI openai.AzureOpenAI openai.AsyncAzureOpenAI openai.Client openai.AsyncClient"
    ),
    *calls(
        Effect.MODEL,
        "openai",
        "ChatCompletion.* Completion.* Embedding.* Image.* Moderation.* chat.* completions.* embeddings.* images.*"
        " responses.* audio.* moderations.*",
    ),
    *_sdk("anthropic.Anthropic anthropic.AsyncAnthropic anthropic.Client anthropic.AsyncClient"),
    *_sdk("anthropic.AnthropicBedrock anthropic.AsyncAnthropicBedrock anthropic.AnthropicVertex"),
    *_sdk("groq.Groq groq.AsyncGroq together.Together together.AsyncTogether mistralai.Mistral"),
    *clients(
        Effect.MODEL, "", "google.genai.Client google.generativeai.GenerativeModel", harmless=(*SESSION, "start_chat")
    ),
    *calls(Effect.MODEL, "google.generativeai", "embed_content generate_text list_models upload_file"),
    *clients(Effect.MODEL, "vertexai", "generative_models.GenerativeModel language_models.TextEmbeddingModel"),
    *clients(Effect.MODEL, "cohere", "Client ClientV2 AsyncClient AsyncClientV2", harmless=SESSION),
    *calls(Effect.MODEL, "ollama", "chat generate embed embeddings pull create list show"),
    *clients(Effect.MODEL, "ollama", "Client AsyncClient", harmless=SESSION),
    *calls(
        Effect.MODEL,
        "litellm",
        "completion acompletion text_completion atext_completion embedding aembedding image_generation responses"
        " aresponses transcription atranscription moderation rerank arerank",
    ),
    *clients(Effect.MODEL, "litellm", "Router"),
    *calls(Effect.MODEL, "replicate", "run async_run stream"),
    *clients(Effect.MODEL, "replicate", "Client"),
    *clients(Effect.MODEL, "huggingface_hub", "InferenceClient AsyncInferenceClient", harmless=SESSION),
    *calls(
        Effect.NETWORK,
        "huggingface_hub",
        "hf_hub_download snapshot_download upload_file upload_folder login list_models model_info",
    ),
    *clients(Effect.NETWORK, "huggingface_hub", "HfApi HfFileSystem"),
    *clients(Effect.MODEL, "", "cerebras.cloud.sdk.Cerebras xai_sdk.Client xai_sdk.AsyncClient portkey_ai.Portkey"),
    *clients(Effect.MODEL, "", "elevenlabs.ElevenLabs elevenlabs.client.ElevenLabs deepgram.DeepgramClient"),
    *clients(Effect.MODEL, "", "assemblyai.Transcriber voyageai.Client voyageai.AsyncClient fal_client.AsyncClient"),
    *calls(Effect.MODEL, "fal_client", "run submit subscribe run_async submit_async"),
    *clients(Effect.NETWORK, "", "tavily.TavilyClient tavily.AsyncTavilyClient exa_py.Exa firecrawl.FirecrawlApp"),
)

_LOCAL = (
    *connections(Effect.MODEL, "transformers", "pipeline"),
    *calls(
        Effect.MODEL,
        "transformers",
        "AutoModel.from_pretrained AutoModelForCausalLM.from_pretrained AutoModelForSeq2SeqLM.from_pretrained"
        " AutoModelForSequenceClassification.from_pretrained AutoTokenizer.from_pretrained"
        " AutoProcessor.from_pretrained AutoConfig.from_pretrained PreTrainedModel.from_pretrained",
    ),
    *connections(Effect.MODEL, "sentence_transformers", "SentenceTransformer CrossEncoder"),
    *connections(
        Effect.MODEL, "", "vllm.LLM llama_cpp.Llama whisper.load_model faster_whisper.WhisperModel spacy.load"
    ),
    *connections(
        Effect.MODEL, "diffusers", "DiffusionPipeline.from_pretrained StableDiffusionPipeline.from_pretrained"
    ),
    *calls(
        Effect.NETWORK,
        "tiktoken",
        "get_encoding encoding_for_model",
        note="downloads the encoding unless it is cached on the host",
    ),
)

_FRAMEWORKS = (
    *_chat("langchain_openai.ChatOpenAI langchain_openai.AzureChatOpenAI langchain_anthropic.ChatAnthropic"),
    *_chat(
        "langchain_google_genai.ChatGoogleGenerativeAI langchain_google_vertexai.ChatVertexAI langchain_groq.ChatGroq"
    ),
    *_chat("langchain_aws.ChatBedrock langchain_aws.ChatBedrockConverse langchain_ollama.ChatOllama"),
    *_chat("langchain_mistralai.ChatMistralAI langchain_cohere.ChatCohere langchain_openai.OpenAI"),
    *_chat("langchain.chat_models.init_chat_model langchain_core.language_models.BaseChatModel"),
    *_chat("langchain_core.language_models.chat_models.BaseChatModel langchain_core.language_models.llms.BaseLLM"),
    *_chat("langchain_community.chat_models.ChatOpenAI langchain.chat_models.ChatOpenAI"),
    *clients(Effect.MODEL, "", "langchain_openai.OpenAIEmbeddings langchain_core.embeddings.Embeddings"),
    *calls(Effect.MODEL, "langchain.agents", "AgentExecutor.invoke AgentExecutor.ainvoke AgentExecutor.run"),
    *clients(
        Effect.MODEL, "llama_index", "llms.openai.OpenAI llms.anthropic.Anthropic embeddings.openai.OpenAIEmbedding"
    ),
    *calls(
        Effect.MODEL,
        "llama_index.core",
        "VectorStoreIndex.from_documents base.base_query_engine.BaseQueryEngine.query",
    ),
    *calls(Effect.MODEL, "pydantic_ai.Agent", "run run_sync run_stream iter"),
    *calls(Effect.MODEL, "pydantic_ai.direct", "model_request model_request_sync model_request_stream"),
    *clients(
        Effect.MODEL,
        "instructor",
        "from_openai from_anthropic from_provider from_litellm from_gemini from_groq patch",
    ),
    *clients(Effect.MODEL, "dspy", "LM Predict ChainOfThought ReAct"),
    *calls(Effect.MODEL, "crewai", "Crew.kickoff Crew.kickoff_async Flow.kickoff LLM.call"),
    *clients(Effect.MODEL, "", "smolagents.CodeAgent smolagents.ToolCallingAgent agno.agent.Agent strands.Agent"),
    *calls(Effect.MODEL, "semantic_kernel", "Kernel.invoke Kernel.invoke_prompt"),
    *calls(Effect.MODEL, "", "claude_agent_sdk.query claude_code_sdk.query"),
    *clients(Effect.MODEL, "", "claude_agent_sdk.ClaudeSDKClient claude_code_sdk.ClaudeSDKClient"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_HOSTED, *_LOCAL, *_FRAMEWORKS)
