// Says in words what a call to the management API does, so that a call has the same name in every run.

/** How a call is named: ids replaced by what they stand for. */
export class Words {
  /** Api keys of models, and the models of records, by id. */
  #models = new Map();
  #records = new Map();

  /** Learns ids from an answer. */
  learn(answer) {
    for (const entity of [answer?.data ?? [], answer?.included ?? []].flat()) {
      if (entity.type === "item_type") {
        this.#models.set(entity.id, entity.attributes.api_key);
      } else if (entity.type === "item") {
        this.#records.set(entity.id, entity.relationships.item_type.data.id);
      }
    }
  }

  /** The words for a call. `body` is the parsed body, or null; `environment` null where the call names none. */
  of({ method, path, query, environment, body }) {
    const where = environment ? ` in ${environment}` : "";
    const parts = path.split("/");
    const words = method === "GET" ? this.#reading(parts, query) : this.#writing(method, parts, body?.data);
    return `${words ?? `sends ${method} ${path}`}${where}`;
  }

  /** Whether a call writes the release's journal: there are many of these, and they tell what the others show. */
  isJournal(words) {
    return words.includes("slipway_release") || words.includes("journal");
  }

  #reading([first, second, third], query) {
    switch (first) {
      case "environments":
        return second ? `looks at the environment ${second}` : "reads the environments";
      case "item-types":
        return second ? this.#readingModel(this.#models.get(second) ?? second, third) : "reads the models";
      case "items":
        return second ? `reads a record of ${this.#modelOf(second)}` : `reads records${this.#ofModel(query)}`;
      case "job-results":
        return "asks what became of a job";
      case "users":
        return second === "me" ? "asks who it acts for" : "reads the users";
      default:
        return `reads ${first.replaceAll("-", " ")}`;
    }
  }

  #modelOf(record) {
    return this.#models.get(this.#records.get(record));
  }

  #readingModel(model, what) {
    return what === "fields" ? `reads the fields of ${model}` : `looks at the model ${model}`;
  }

  #ofModel(query) {
    const type = query.get("filter[type]");
    return type ? ` of ${this.#models.get(type) ?? type}` : "";
  }

  #writing(method, [first, second, third], data) {
    const attributes = data?.attributes ?? {};
    switch (`${method} ${first}`) {
      case "POST item-types":
        return third === "fields"
          ? `creates the field ${this.#models.get(second)}.${attributes.api_key}`
          : `creates the model ${attributes.api_key}`;
      case "POST items":
        return this.#recordWords("creates", this.#models.get(data.relationships.item_type.data.id), attributes);
      case "PUT items":
        return this.#recordWords("changes", this.#modelOf(second), attributes);
      case "PUT maintenance-mode":
        return `turns maintenance mode ${second === "activate" ? "on" : "off"}`;
      case "POST environments":
        return `forks ${second} into ${data.id}`;
      case "PUT environments":
        return third === "promote" ? `promotes ${second}` : undefined;
      case "DELETE environments":
        return `destroys ${second}`;
      default:
        return undefined;
    }
  }

  #recordWords(verb, model, attributes) {
    switch (model) {
      case "slipway_release":
        return `writes “${lastEvent(attributes)}” into the journal`;
      case "schema_migration":
        return `enters ${attributes.name} into the ledger`;
      default:
        return `${verb} a record of ${model}`;
    }
  }
}

/** The last event of the log that a journal record holds, such as `started fork`; a lease may be written alone. */
function lastEvent({ journal, lease }) {
  if (!journal) {
    return lease ? "still at it" : "no longer at it";
  }
  const { event, step } = JSON.parse(journal).log.at(-1);
  return [event, step].filter(Boolean).join(" ").replaceAll("_", " ");
}
