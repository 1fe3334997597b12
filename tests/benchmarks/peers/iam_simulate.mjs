// iam-simulate, in its fastest mode, timed by itself: node iam_simulate.mjs FOLDER_OF_NODE_MODULES WORKLOAD.json
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder, path] = process.argv.slice(2)
const { runUnsafeSimulation } = createRequire(join(folder, 'x.js'))('@cloud-copilot/iam-simulate')
const workload = JSON.parse(readFileSync(path, 'utf8'))
const account = '123456789012'
const owner = (arn) => (/^\d{12}$/.test(arn.split(':')[4]) ? arn.split(':')[4] : account)
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const control = [{ orgIdentifier: 'o-1', policies: [{ name: 'everything', policy: everything }] }]
const identityPolicies = workload.documents.map((text, index) => ({ name: `${index}`, policy: JSON.parse(text) }))
const asked = workload.questions.map((question) => ({
  identityPolicies,
  serviceControlPolicies: control,
  resourceControlPolicies: [],
  request: {
    action: question.action,
    principal: `arn:aws:iam::${account}:user/alice`,
    resource: { resource: question.resource, accountId: owner(question.resource) },
    contextVariables: Object.fromEntries(
      Object.entries(question.context).map(([key, values]) => [key, values.length > 1 ? values : values[0]])
    )
  }
}))
const answer = () => asked.map((simulation) => runUnsafeSimulation(simulation, {}) === 'Allowed')

const timed = (repeat) => {
  const start = process.cpuUsage()
  for (let round = 0; round < repeat; round++) answer()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}
const answers = answer()
const repeat = Math.max(1, Math.round(0.4 / timed(1)))
const rates = Array.from({ length: 5 }, () => (repeat * asked.length) / timed(repeat)).sort((a, b) => a - b)
const agreed = answers.filter((allowed, index) => allowed === (workload.questions[index].outcome === 'allowed')).length
console.log(JSON.stringify({ rate: rates[2], agreed, of: answers.length }))
