package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// routes has every operation on one screen.
func (s *server) routes(r *router, mux humago.Mux) {
	const conflict, stale, limited = http.StatusConflict, http.StatusPreconditionFailed, http.StatusTooManyRequests

	r.group("Ideas", "Capture ideas, change them, find them.")
	add(r, read, "GET /ideas", "listIdeas", "List ideas", s.listIdeas)
	add(r, write, "POST /ideas", "createIdea", "Capture an idea", s.createIdea, created)
	add(r, write, "PATCH /ideas/bulk", "updateIdeas", "Change many ideas alike", s.updateIdeas)
	add(r, read, "GET /ideas/by-number", "resolveNumbers", "Translate numbers to ids", s.resolveNumbers)
	add(r, read, "GET /ideas/search", "searchIdeas", "Find ideas", s.searchIdeas)
	add(r, read, "GET /ideas/{id}", "getIdea", "Read an idea", s.getIdea)
	add(r, read, "GET /ideas/{id}/similar", "listSimilarIdeas", "List the ideas that are closest in meaning to one", s.similarIdeas)
	add(r, read, "GET /ideas/{id}/suggestions", "listSuggestions", "List the tags that fit an idea, and the relations that were made for it", s.suggestions)
	add(r, write, "POST /ideas/{id}/suggestions", "askForSuggestions", "Have a model suggest the tags of an idea", s.askForSuggestions, fails(limited, http.StatusServiceUnavailable))
	add(r, write, "PATCH /ideas/{id}", "updateIdea", "Change an idea", s.updateIdea, fails(conflict, stale))
	add(r, write, "DELETE /ideas/{id}", "archiveIdea", "Archive an idea", s.archiveIdea)
	add(r, write, "POST /ideas/{id}/restore", "restoreIdea", "Bring an archived idea back", s.restoreIdea)
	add(r, write, "POST /ideas/{id}/merge", "mergeIdeas", "Take another idea in", s.mergeIdeas, fails(conflict))
	add(r, write, "POST /ideas/{id}/unmerge", "unmergeIdeas", "Take a merge back", s.unmergeIdeas, fails(conflict))
	add(r, read, "GET /meaning", "getMeaning", "See how far ideas have been understood", s.meaning)
	add(r, write, "POST /meaning/pause", "pauseMeaning", "Let the understanding of many ideas wait", s.pauseMeaning)
	add(r, write, "POST /meaning/resume", "resumeMeaning", "Start the understanding of many ideas, or go on with it", s.resumeMeaning)

	r.group("Specifications", "Project specifications that models write from ideas, with the caller's own provider key.")
	add(r, write, "POST /ideas/{id}/develop", "developIdea", "Have a specification written", s.developIdea, specStream(r), fails(conflict, http.StatusServiceUnavailable))
	add(r, read, "GET /ideas/{id}/specs", "listSpecs", "List the versions of a specification", s.listSpecs)
	add(r, read, "GET /ideas/{id}/specs/{version}", "getSpec", "Read a version", s.getSpec)
	add(r, read, "GET /ideas/{id}/specs/{version}/markdown", "downloadSpec", "Download a version as a file", s.downloadSpec, markdownFile)
	add(r, write, "POST /ideas/{id}/specs/{version}/restore", "restoreSpec", "Make a new version of an older one", s.restoreSpec, created)

	r.group("Duplicates", "Proposals that two ideas are one.")
	add(r, read, "GET /ideas/duplicates", "listDuplicates", "List the proposals that wait for a decision", s.listDuplicates)
	add(r, write, "POST /ideas/duplicates/{id}/dismiss", "dismissDuplicate", "Decide that two ideas are not one", s.dismissDuplicate, fails(conflict))
	add(r, write, "POST /ideas/duplicates/{id}/merge", "mergeDuplicate", "Decide that two ideas are one", s.mergeDuplicate, fails(conflict))
	add(r, write, "POST /ideas/duplicates/{id}/reopen", "reopenDuplicate", "Take the decision about two ideas back", s.reopenDuplicate, fails(conflict))

	r.group("Letters", "The weekly letter of one's ideas: those that were written, and what can be answered to them.")
	add(r, read, "GET /digests", "listDigests", "List the letters that were written", s.listDigests)
	add(r, write, "POST /digests", "createDigest", "Have a letter of the last seven days written now", s.createDigest, created, fails(limited))
	add(r, read, "GET /digests/{id}", "getDigest", "Read a letter", s.getDigest)
	add(r, write, "POST /ideas/{id}/stale", "answerStale", "Say what is to become of an idea that waits", s.answerStale, fails(conflict))

	r.group("Links", "URLs that belong to ideas.")
	add(r, read, "GET /ideas/{id}/links", "listLinks", "List the links of an idea", s.listLinks)
	add(r, write, "POST /ideas/{id}/links", "createLink", "Give an idea a link", s.createLink, created)
	add(r, write, "DELETE /ideas/{id}/links/{link_id}", "deleteLink", "Take a link from an idea", s.deleteLink)

	r.group("Map", "Relations between ideas, and where ideas are on the map.")
	add(r, read, "GET /ideas/{id}/relations", "listRelations", "List the relations of an idea", s.listRelations)
	add(r, read, "GET /map", "getMap", "Read the whole map", s.getMap)
	add(r, write, "PUT /map/positions", "placeOnMap", "Store where ideas are on the map", s.placeOnMap)
	add(r, write, "POST /map/relations", "createRelations", "Make a relation, or many", s.createRelations, created, fails(http.StatusNotFound, conflict))
	r.describeRelationShapes()
	add(r, write, "PATCH /map/relations/{id}", "updateRelation", "Change a relation", s.updateRelation, fails(conflict))
	add(r, write, "DELETE /map/relations/{id}", "deleteRelation", "Take a relation away", s.deleteRelation)

	r.group("Tags", "Labels that ideas carry.")
	add(r, read, "GET /tags", "listTags", "List tags", s.listTags)
	add(r, read, "GET /tags/similar", "listSimilarTags", "List the tags that are closest in meaning to one", s.similarTags)
	add(r, write, "POST /tags", "createTag", "Make a tag", s.createTag, created, fails(conflict))
	add(r, write, "PATCH /tags/{id}", "updateTag", "Rename a tag everywhere, or colour it", s.updateTag, fails(conflict))
	add(r, write, "DELETE /tags/{id}", "deleteTag", "Take a tag from every idea", s.deleteTag)

	r.group("User", "The caller and their API keys.")
	add(r, known, "GET /user/me", "getUser", "Read one's profile", s.getUser)
	add(r, write, "PATCH /user/me", "updateUser", "Change one's profile", s.updateUser)
	add(r, write, "GET /user/api-keys", "listAPIKeys", "List one's API keys", s.listAPIKeys)
	add(r, write, "POST /user/api-keys", "createAPIKey", "Make an API key", s.createAPIKey, created, fails(conflict))
	add(r, write, "DELETE /user/api-keys/{id}", "deleteAPIKey", "Make an API key open nothing", s.deleteAPIKey)

	r.group("AI providers", "The caller's own keys for Anthropic, OpenAI and OpenRouter, what they are used for, and the models there are.")
	add(r, known, "GET /user/byok/status", "getProviders", "See how one's providers stand", s.getProviders)
	add(r, read, "GET /user/byok/audit", "getAudit", "Read what was done with one's provider keys", s.getAudit)
	add(r, write, "PUT /user/byok/{provider}", "putProviderKey", "Store a provider key", s.putProviderKey)
	add(r, write, "PATCH /user/byok/{provider}", "patchProviderKey", "Set what a provider key may cost in a month", s.patchProviderKey)
	add(r, write, "DELETE /user/byok/{provider}", "deleteProviderKey", "Remove a provider key", s.deleteProviderKey)
	add(r, write, "POST /user/byok/{provider}/test", "testProviderKey", "Ask the provider whether it takes the key", s.testProviderKey, fails(http.StatusServiceUnavailable))
	add(r, read, "GET /user/ai/requests", "listAIRequests", "List one's requests to models", s.listAIRequests)
	add(r, read, "GET /user/ai/usage", "getAIUsage", "Add up one's requests to models", s.getAIUsage)
	add(r, read, "GET /agent/models", "listModels", "List the models of the agent", s.listModels)

	r.group("Agent", "Conversations with the agent, which reads and changes ideas by its tools.")
	add(r, write, "POST /agent/chat", "chat", "Say something to the agent", s.chat, answerStream(r), fails(http.StatusNotFound, conflict, http.StatusServiceUnavailable))
	add(r, read, "GET /agent/conversations", "listConversations", "List conversations", s.listConversations)
	add(r, write, "DELETE /agent/conversations", "deleteConversations", "Remove all conversations", s.deleteConversations)
	add(r, read, "GET /agent/conversations/{id}", "getConversation", "Read a conversation", s.getConversation)
	add(r, write, "PATCH /agent/conversations/{id}", "patchConversation", "Change what belongs to a conversation", s.patchConversation)
	add(r, write, "DELETE /agent/conversations/{id}", "deleteConversation", "Remove a conversation", s.deleteConversation)
	add(r, read, "GET /agent/conversations/{id}/stream", "listenToAnswer", "Hear the answer that is under way, from its beginning", s.listen, answerStream(r), nothingUnderWay)
	add(r, read, "GET /agent/chat/{id}/stream", "resumeChat", "Hear the answer that is under way, where the AI SDK looks for it", s.listen, answerStream(r), nothingUnderWay)
	add(r, write, "POST /agent/conversations/{id}/stop", "stopAnswer", "End the answer that is under way", s.stopAnswer)
	add(r, write, "POST /agent/conversations/{id}/approvals/{approval_id}", "answerApproval", "Allow a call of a tool, or do not", s.answerApproval, answerStream(r), orConversation(r), fails(conflict, http.StatusServiceUnavailable))
	add(r, write, "POST /agent/conversations/{id}/fork", "forkConversation", "Copy a conversation up to a message", s.forkConversation, created)
	add(r, write, "POST /agent/conversations/{id}/changes/{change_id}/undo", "undoChange", "Take back what a tool changed", s.undoChange, fails(conflict))

	r.group("Session", "Signing in and out.")
	add(r, anybody, "GET /auth/session", "getSession", "See who is signed in", s.getSession)
	add(r, open, "POST /auth/setup", "setUp", "Make the first account", s.setUp, created, fails(http.StatusUnauthorized, conflict, limited))
	add(r, open, "POST /auth/login", "login", "Sign in", s.login, fails(http.StatusUnauthorized, limited))
	add(r, open, "POST /auth/magic", "askMagicLink", "Have a link to sign in with sent by mail", s.askMagicLink, fails(limited, http.StatusServiceUnavailable))
	add(r, open, "POST /auth/magic/redeem", "redeemMagicLink", "Sign in with the token of a link", s.redeemMagicLink, fails(http.StatusUnauthorized, limited))
	add(r, session, "POST /auth/logout", "logout", "Sign out", s.logout)
	add(r, session, "PATCH /auth/password", "changePassword", "Change one's password", s.changePassword)
	add(r, session, "POST /auth/cli", "connectCLI", "Make an API key for a command-line client", s.connectCLI, fails(conflict))

	r.group("Server", "The server itself.")
	add(r, open, "GET /health", "getHealth", "See that the server answers", s.getHealth)
	add(r, read, "GET /events", "streamEvents", "Hear of changes as they happen", s.streamEvents, eventStream(r), fails(limited))
	mux.HandleFunc("GET "+Prefix+"/openapi.json", s.serveOpenAPI)
}
