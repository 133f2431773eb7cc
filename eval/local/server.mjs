// Serves a GGUF model with OpenAI's chat completions, as far as the agent asks
// for them: streams, and tools by the convention that small models are trained
// on, <tool_call>[{"name": …, "arguments": …}]</tool_call>.
//
//   node server.mjs MODEL.gguf PORT
import { createServer } from 'node:http'
import { getLlama, LlamaCompletion } from 'node-llama-cpp'

const [path, port] = process.argv.slice(2)
const contextSize = 8192

const llama = await getLlama({ gpu: false, build: 'never' })
const model = await llama.loadModel({ modelPath: path })

// One question at a time: there is one model and there are few cores.
let turn = Promise.resolve()

createServer((req, res) => {
  if (req.method !== 'POST' || !req.url.endsWith('/chat/completions')) {
    res.writeHead(404).end()
    return
  }
  let body = ''
  req.on('data', (piece) => (body += piece))
  req.on('end', () => {
    turn = turn.then(() => answer(JSON.parse(body), req, res)).catch((e) => {
      console.error(e)
      res.destroy()
    })
  })
}).listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/v1`))

async function answer(request, req, res) {
  const prompt = chat(request)
  const tokens = model.tokenize(prompt, true)
  const limit = Math.min(request.max_tokens ?? 256, 256)
  if (tokens.length + limit > contextSize) {
    res.writeHead(400, { 'Content-Type': 'application/json' })
    res.end(JSON.stringify({
      error: { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' },
    }))
    return
  }
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  // More threads than cores would wait for each other.
  const context = await model.createContext({ contextSize, threads: llama.cpuMathCores })
  try {
    const completion = new LlamaCompletion({ contextSequence: context.getSequence() })
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const send = (chunk) =>
      res.write(`data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'smollm2', ...chunk })}\n\n`)
    const delta = (d, end = null) => send({ choices: [{ index: 0, delta: d, finish_reason: end }] })
    delta({ role: 'assistant', content: '' })
    // With tools, the whole answer is needed to tell a call from a text.
    const live = !request.tools?.length
    const text = await completion.generateCompletion(tokens, {
      maxTokens: limit,
      temperature: 0,
      repeatPenalty: { penalty: 1.1 },
      customStopTriggers: ['<|im_end|>'],
      signal: gone.signal,
      onTextChunk: (piece) => live && delta({ content: piece }),
    })
    const found = live ? [] : calls(text)
    if (found.length > 0) {
      found.forEach((c, index) =>
        delta({ tool_calls: [{ index, id: `call_${Date.now()}_${index}`, type: 'function', function: c }] }))
    } else if (!live) {
      delta({ content: text })
    }
    delta({}, found.length > 0 ? 'tool_calls' : 'stop')
    const written = model.tokenize(text).length
    send({ choices: [], usage: { prompt_tokens: tokens.length, completion_tokens: written, total_tokens: tokens.length + written } })
    res.end('data: [DONE]\n\n')
  } finally {
    await context.dispose()
  }
}

// chat lays a conversation out in ChatML, which the model was trained on.
function chat({ messages, tools }) {
  const part = (role, text) => `<|im_start|>${role}\n${text}<|im_end|>\n`
  let out = ''
  let told = !tools?.length
  const about = told ? '' : '\n\nYou can call these functions: <tools>' +
    JSON.stringify(tools.map((t) => ({ name: t.function.name, parameters: t.function.parameters }))) +
    '</tools>\nTo call some, write only <tool_call>[{"name": "…", "arguments": {…}}]</tool_call>.'
  for (const m of messages) {
    let text = typeof m.content === 'string' ? m.content : (m.content ?? []).map((p) => p.text ?? '').join('')
    if (m.role === 'system' && !told) {
      text += about
      told = true
    }
    if (m.tool_calls) {
      text += `<tool_call>${JSON.stringify(m.tool_calls.map((c) => ({ name: c.function.name, arguments: c.function.arguments })))}</tool_call>`
    }
    out += part(m.role === 'tool' ? 'user' : m.role, m.role === 'tool' ? `<tool_response>${text}</tool_response>` : text)
  }
  return out + '<|im_start|>assistant\n'
}

// calls finds the calls in an answer. Arguments that make no sense are passed
// on as they are: the agent has to cope with them.
function calls(text) {
  const m = /<tool_call>\s*([\s\S]*?)\s*(?:<\/tool_call>|$)/.exec(text)
  if (!m) return []
  try {
    return [JSON.parse(m[1])].flat().filter((c) => c?.name).map((c) => ({
      name: String(c.name),
      arguments: typeof c.arguments === 'string' ? c.arguments : JSON.stringify(c.arguments ?? {}),
    }))
  } catch {
    const name = /"name"\s*:\s*"([^"]+)"/.exec(m[1])
    return name ? [{ name: name[1], arguments: m[1] }] : []
  }
}
