"""The assistant for programs that use LlamaIndex: as a retriever, a query engine and a chat engine.

    engine = AssistantQueryEngine(load_assistant(IngestConfig()))
    print(engine.query("How common is cement leakage?"))

No language model and no embedding model of LlamaIndex is used: its process-wide `Settings` are never read.
The asynchronous methods run the same code in a thread. A question that cannot be taken raises
`assistant.errors.QuestionError`.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Generator, Sequence
from itertools import takewhile

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.chat_engine.types import (
    AgentChatResponse,
    BaseChatEngine,
    StreamingAgentChatResponse,
)
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.errors import QuestionError
from assistant.pipeline import Assistant
from assistant.question import checked_question
from assistant.records import Answer, Citation, Turn
from assistant.render_text import render_text
from assistant.serialise import answer_json
from ingest.records import Passage, Source


class AssistantRetriever(BaseRetriever):
    """Passages for a question, the one most likely to answer first.

    Each node's text is the passage, word for word; its metadata hold source_id, title, year, kind, section,
    start and end (character offsets, end exclusive, in the text of the source's document). Its score is the
    calibrated probability, in [0, 1], that the passage's best sentence states the answer.

    Args:
        assistant: what is asked.
        callback_manager: of LlamaIndex; None for one without handlers.
    """

    def __init__(self, assistant: Assistant, callback_manager: CallbackManager | None = None) -> None:
        super().__init__(callback_manager=callback_manager or CallbackManager([]))
        self._assistant = assistant

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        support: dict[str, float] = {}
        passages: dict[str, Passage] = {}
        for item in self._assistant.search(checked_question(query_bundle.query_str)).evidence:
            support.setdefault(item.passage.id, item.support)
            passages.setdefault(item.passage.id, item.passage)
        documents = self._assistant.index.documents
        return [
            NodeWithScore(node=_passage_node(item, documents[item.source_id].source), score=support[name])
            for name, item in passages.items()
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class AssistantQueryEngine(BaseQueryEngine):
    """Answers to single questions.

    The response is the answer as text with numbered quotes; `source_nodes` are the quotes, in the order of
    their numbers, each with its calibrated support in [0, 1] as score and the metadata of a passage and
    `citation`, its number; `metadata["answer"]` is the whole answer as JSON. A refusal is a response without
    source nodes.

    Args:
        assistant: what is asked.
        callback_manager: of LlamaIndex; None for one without handlers.
    """

    def __init__(self, assistant: Assistant, callback_manager: CallbackManager | None = None) -> None:
        super().__init__(callback_manager=callback_manager or CallbackManager([]))
        self._assistant = assistant

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str)
        return Response(
            response=_text(answer, self._assistant),
            source_nodes=_quote_nodes(answer),
            metadata={"answer": answer_json(answer)},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        """None: there is no prompt."""
        return {}


class AssistantChatEngine(BaseChatEngine):
    """A conversation: each question is understood with those before it. One object holds one conversation.

    Responses hold what those of `AssistantQueryEngine` hold; a streamed one has no metadata, because
    LlamaIndex's has no place for them. An answer is complete before its first piece is streamed.

    Args:
        assistant: what is asked.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._messages: list[ChatMessage] = []
        self._turns: list[Turn] = []

    @property
    def chat_history(self) -> list[ChatMessage]:
        """The messages so far, oldest first."""
        return list(self._messages)

    def reset(self) -> None:
        """Begins a new conversation."""
        self._messages, self._turns = [], []

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """The answer to a message.

        Args:
            message: the question.
            chat_history: replaces the conversation so far, if it is given. Only the questions in it count;
                those that this conversation does not hold yet are asked again, without being shown.

        Raises:
            QuestionError: the message cannot be taken; the conversation stays as it was.
        """
        answer, text = self._answered(message, chat_history)
        return AgentChatResponse(
            response=text, source_nodes=_quote_nodes(answer), metadata={"answer": answer_json(answer)}
        )

    def stream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """The answer to a message, its text in pieces; arguments and errors as in `chat`."""
        answer, text = self._answered(message, chat_history)
        return StreamingAgentChatResponse(
            response=text,
            chat_stream=_stream(text),
            source_nodes=_quote_nodes(answer),
            is_writing_to_memory=False,
        )

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """As `chat`, in a thread."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """As `stream_chat`, in a thread; its pieces come from `async_response_gen`."""
        response = await asyncio.to_thread(self.stream_chat, message, chat_history)
        response.achat_stream = _stream_async(response.response)
        return response

    def _answered(self, message: str, chat_history: list[ChatMessage] | None) -> tuple[Answer, str]:
        """The answer and its text; the conversation then holds them."""
        checked_question(message)
        earlier = self._messages if chat_history is None else list(chat_history)
        turns = self._turns if chat_history is None else self._turns_of(chat_history)
        answer = self._assistant.ask(message, turns)
        text = _text(answer, self._assistant)
        said = ChatMessage(content=message, role=MessageRole.USER)
        answered = ChatMessage(content=text, role=MessageRole.ASSISTANT)
        self._messages, self._turns = [*earlier, said, answered], [*turns, answer.turn()]
        return answer, text

    def _turns_of(self, messages: Sequence[ChatMessage]) -> list[Turn]:
        """The turns of a conversation: those that this one begins with, the rest asked anew."""
        questions = [_checked(item.content) for item in messages if item.role == MessageRole.USER]
        questions = [question for question in questions if question]
        pairs = zip(self._turns, questions, strict=False)
        turns = [turn for turn, _ in takewhile(lambda pair: pair[0].question == pair[1], pairs)]
        for question in questions[len(turns) :]:
            turns.append(self._assistant.ask(question, turns).turn())
        return turns


def _checked(message: str | None) -> str:
    """The message as a question; empty if it is none, and so was never answered."""
    try:
        return checked_question(message or "")
    except QuestionError:
        return ""


def _text(answer: Answer, assistant: Assistant) -> str:
    return render_text(answer, assistant.index.sources)


def _passage_node(passage: Passage, source: Source) -> TextNode:
    return _node(passage.id, passage.text, source, passage.section, passage.start, passage.end)


def _quote_nodes(answer: Answer) -> list[NodeWithScore]:
    return [NodeWithScore(node=_quote_node(item), score=item.support) for item in answer.citations]


def _quote_node(item: Citation) -> TextNode:
    name = f"{item.source.id}:{item.start}-{item.end}"
    node = _node(name, item.quote, item.source, item.section, item.start, item.end)
    node.metadata["citation"] = item.n
    return node


def _node(name: str, text: str, source: Source, section: str, start: int, end: int) -> TextNode:
    about = {"source_id": source.id, "title": source.title, "year": source.year, "kind": source.kind}
    return TextNode(id_=name, text=text, metadata={**about, "section": section, "start": start, "end": end})


def _pieces(text: str) -> list[str]:
    """The text in words, each with the white space after it."""
    return re.findall(r"^\s+|\S+\s*", text)


def _stream(text: str) -> Generator[ChatResponse, None, None]:
    so_far = ""
    for piece in _pieces(text):
        so_far += piece
        yield ChatResponse(message=ChatMessage(content=so_far, role=MessageRole.ASSISTANT), delta=piece)


async def _stream_async(text: str) -> AsyncGenerator[ChatResponse, None]:
    for item in _stream(text):
        yield item
