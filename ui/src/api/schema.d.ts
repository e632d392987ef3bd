// Written by `npm run types` from api/openapi.json: change that, never this.

export interface paths {
    "/api/v1/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Many metrics over one window in one request
         * @description What a page needs: each `ask` is a metric, followed, separated by commas, by any of `every=week`, `by=service`, `previous` (its figures in the compared window too) and `distribution` (of a duration: how many items took how long).
         */
        get: operations["answer-many"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The environments that something was deployed to */
        get: operations["list-environments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take CDEvents
         * @description CloudEvents over HTTP, binary, structured or batched, with an event of CDEvents in each. Accepted is what is on the disk: it is not lost when the store is away.
         */
        post: operations["take-events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How items flow through a stream: cumulative flow, ageing work, scatter, throughput, load
         * @description The same as `weir flow`. Figures are of the items done in the window; what is under way is told as it is now, and at the end of each day.
         */
        get: operations["get-flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flow/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When so many items are done, or how many are done by a date
         * @description The same as `weir forecast`: a Monte Carlo simulation that draws each coming day, from tomorrow on, from the days of the last weeks, those without anything done too. `when` are the days by whose end the items are done with that confidence, `how_many` the numbers that are reached or exceeded by the end of the date; `back_test` says how forecasts of the past, made from what was known by then, held. With too little history there are no numbers, and `notes` says why.
         */
        get: operations["forecast-flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handoffs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who waits for whom, how long and what for
         * @description The same as `weir handoffs`. A handoff is a transfer of work from one group to another; its wait runs until the receiver begins, or lets go of it again. Figures are of the handoffs of items done in the window; `share` is of the whole lead time of those items; `still` counts the handoffs of open items whose receivers have not begun yet, which are among the `worst` waits too. A group that is null is not known; ask for it as (none).
         */
        get: operations["list-handoffs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handoffs/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The handoffs behind the figures
         * @description The same as `weir handoffs --items`: one per handoff, the longest wait first.
         */
        get: operations["list-handoff-items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handoffs/trend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the waits between two groups went
         * @description The same as `weir handoffs --every week`: the handoffs of the items that were done in each bucket.
         */
        get: operations["trend-handoffs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hooks/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a webhook's delivery
         * @description For GitHub, GitLab and Jira: what they send to the hook of this name, verified by its secret. Accepted is what is on the disk: it is not lost when the store is away.
         */
        post: operations["take-delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import record files
         * @description The same as `weir import`: nothing is written unless every row is good. Files are sent as parts whose field name is the file's path; the last element of the path names the record, such as deployments.csv or commits.ndjson.gz.
         */
        post: operations["import-records"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue of metrics */
        get: operations["list-metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A metric over a window, in buckets and groups
         * @description The same as `weir query`.
         */
        get: operations["query-metric"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The items behind a metric, or those left out of it
         * @description The same as `weir items`: one per item, the newest end first; of what is under way at a moment, the oldest first.
         */
        get: operations["list-items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The products, with their services */
        get: operations["list-products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take records
         * @description One JSON object, an array of them, or NDJSON lines, with the fields of the import. Either all are accepted or none. Accepted is what is on the disk: it is not lost when the store is away.
         */
        post: operations["take-records"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The services, with their team, products, repositories and environments */
        get: operations["list-services"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The configured sources of records and how they are doing */
        get: operations["list-sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{name}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect a source now
         * @description Begins and does not wait: list-sources tells how it goes.
         */
        post: operations["sync-source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server is, and of what time it knows */
        get: operations["get-status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The items behind a stream's figures
         * @description The same as `weir stream-items`.
         */
        get: operations["list-stream-items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The value streams: their stages, what each status means, and what is not mapped
         * @description The same as `weir streams`.
         */
        get: operations["list-streams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The teams, with their services */
        get: operations["list-teams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the time of one item went, across tools
         * @description The same as `weir item`: the item's intervals, without overlap or gap, its handoffs, what came back, and its changes with what delivered them. What goes on has no end and is counted until now.
         */
        get: operations["get-timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/value-stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The measured map of a stream: its stages, their times, work and accuracy
         * @description The same as `weir stream`.
         */
        get: operations["get-value-stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/value-stream/whatif": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stream as if some of its waits were others, from the items themselves
         * @description The same as `weir whatif`.
         */
        get: operations["what-if"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Accepted: {
            /**
             * Format: int64
             * @description How many events or records are on the disk now; they will be in the figures within seconds.
             */
            accepted: number;
        };
        AmountRow: {
            /**
             * Format: date-time
             * @description The bucket's start with the reporting zone's offset. Absent with every=range.
             */
            bucket?: string;
            /** @description The service, team …; null: unknown. Absent with by=none. */
            group?: string | null;
            /**
             * Format: int64
             * @description How many items.
             */
            n: number;
            /**
             * Format: double
             * @description Of a share: the part of the items' time; null where there is no data. Of a level: how many they are.
             */
            value: number | null;
        };
        Answer: {
            /** Format: date-time */
            from: string;
            /** @description How many items of the window were not counted, by reason. */
            left_out: components["schemas"]["LeftOut"][];
            /** @example lead_time */
            metric: string;
            /** @description Sentences: why there is nothing, which names of the filter are unknown. */
            notes: string[];
            rows: components["schemas"]["Row"][];
            /** Format: date-time */
            to: string;
            /** @enum {string} */
            unit: "seconds" | "ratio" | "per day" | "items";
        };
        Answers: {
            /** @description In the order of the asks. */
            answers: components["schemas"]["Told"][];
            /** @description Absent: with nothing. */
            compared?: components["schemas"]["Compared"];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        BenchmarkEntry: {
            /**
             * Format: int64
             * @example 2024
             */
            edition: number;
            levels: components["schemas"]["LevelEntry"][];
            /** @description What the report asked otherwise. */
            note?: string;
            source: string;
            /**
             * @description Which figure is compared.
             * @enum {string}
             */
            statistic: "value" | "median";
            /** Format: uri */
            url: string;
        };
        Bin: {
            /** Format: double */
            from: number;
            /** Format: int64 */
            n: number;
            /** Format: double */
            to: number | null;
        };
        Catalogue: {
            metrics: components["schemas"]["MetricEntry"][];
            /** @description Editions that published no levels. */
            no_benchmark: components["schemas"]["NoBenchmarkEntry"][];
        };
        Compared: {
            /** Format: date-time */
            from: string;
            known: boolean;
            notes: string[];
            /** Format: date-time */
            to: string;
        };
        Constraint: {
            growing: string | null;
            waiting: string | null;
        };
        DataStatus: {
            /**
             * Format: date-time
             * @description The first moment of which anything is known; null: nothing is.
             */
            first: string | null;
            /** Format: date-time */
            last: string | null;
            /** @description Changes whenever an answer may have changed. */
            version: string;
        };
        Duration: {
            /** Format: double */
            mean: number | null;
            /** Format: int64 */
            n: number;
            /** Format: double */
            p50: number | null;
            /** Format: double */
            p75: number | null;
            /** Format: double */
            p85: number | null;
            /** Format: double */
            p90: number | null;
            /** Format: double */
            p95: number | null;
        };
        DurationRow: {
            /**
             * Format: date-time
             * @description The bucket's start with the reporting zone's offset. Absent with every=range.
             */
            bucket?: string;
            /** @description The service, team …; null: unknown. Absent with by=none. */
            group?: string | null;
            /** Format: double */
            mean: number | null;
            /**
             * Format: int64
             * @description How many items.
             */
            n: number;
            /**
             * Format: double
             * @description Median, in seconds. null: no data.
             */
            p50: number | null;
            /** Format: double */
            p75: number | null;
            /** Format: double */
            p85: number | null;
            /** Format: double */
            p90: number | null;
            /** Format: double */
            p95: number | null;
            /** @description The stages that tile the items, of lead_time only. */
            stages?: components["schemas"]["StageLevels"][];
        };
        EnvironmentEntry: {
            kind: string;
            name: string;
            services: string[];
        };
        EnvironmentName: {
            kind: string;
            name: string;
        };
        EnvironmentsBody: {
            environments: components["schemas"]["EnvironmentEntry"][];
        };
        ErrorDetail: {
            /** @description Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id' */
            location?: string;
            /** @description Error message text */
            message?: string;
            /** @description The value at the given location */
            value?: unknown;
        };
        ErrorModel: {
            /**
             * @description A human-readable explanation specific to this occurrence of the problem.
             * @example Property foo is required but is missing.
             */
            detail?: string;
            /** @description Optional list of individual error details */
            errors?: components["schemas"]["ErrorDetail"][];
            /**
             * Format: uri
             * @description A URI reference that identifies the specific occurrence of the problem.
             * @example https://example.com/error-log/abc123
             */
            instance?: string;
            /**
             * Format: int64
             * @description HTTP status code
             * @example 400
             */
            status?: number;
            /**
             * @description A short, human-readable summary of the problem type. This value should not change between occurrences of the error.
             * @example Bad Request
             */
            title?: string;
            /**
             * Format: uri
             * @description A URI reference to human-readable documentation for the error.
             * @default about:blank
             * @example https://example.com/errors/example
             */
            type: string;
        };
        Evidence: {
            id: string;
            record: string;
            rule: string;
        };
        Flow: {
            ageing: components["schemas"]["FlowAgeing"];
            clock: string;
            cumulative: components["schemas"]["FlowCumulative"];
            distribution: components["schemas"]["FlowClass"][];
            efficiency: components["schemas"]["FlowEfficiency"];
            every: string;
            /** Format: date-time */
            from: string;
            left_out: components["schemas"]["LeftOut"][];
            load: components["schemas"]["FlowDay"][];
            notes: string[];
            scatter: components["schemas"]["FlowScatter"];
            stream: string;
            throughput: components["schemas"]["FlowBucket"][];
            /** Format: date-time */
            to: string;
        };
        FlowAgeing: {
            items: components["schemas"]["FlowItem"][];
            /** Format: int64 */
            n: number;
            percentiles: components["schemas"]["FlowPercentiles"];
        };
        FlowBucket: {
            /** Format: date-time */
            bucket: string;
            /** Format: int64 */
            n: number;
        };
        FlowClass: {
            class: string | null;
            /** Format: int64 */
            n: number;
            /** Format: double */
            share: number;
        };
        FlowCumulative: {
            days: string[];
            stages: components["schemas"]["FlowStage"][];
        };
        FlowDay: {
            day: string;
            /** Format: int64 */
            n: number;
        };
        FlowEfficiency: {
            /** Format: int64 */
            n: number;
            /** Format: double */
            value: number | null;
        };
        FlowItem: {
            /** Format: double */
            age: number;
            /** Format: double */
            in_stage: number | null;
            item: string;
            kind: string;
            owner: string | null;
            stage: string;
            team: string | null;
            title: string;
            url: string | null;
        };
        FlowPercentiles: {
            /** Format: double */
            p50: number | null;
            /** Format: double */
            p85: number | null;
            /** Format: double */
            p95: number | null;
        };
        FlowPoint: {
            /** Format: date-time */
            end: string;
            item: string;
            title: string;
            url: string | null;
            /** Format: double */
            value: number;
        };
        FlowScatter: {
            /** Format: int64 */
            n: number;
            percentiles: components["schemas"]["FlowPercentiles"];
            points: components["schemas"]["FlowPoint"][];
        };
        FlowStage: {
            n: number[];
            stage: string;
            title: string;
        };
        Forecast: {
            back_test: components["schemas"]["ForecastBackTest"];
            by: string | null;
            /** Format: double */
            chance: number | null;
            history: components["schemas"]["ForecastHistory"];
            how_many: components["schemas"]["ForecastNumber"][];
            /** Format: int64 */
            items: number | null;
            notes: string[];
            /** Format: int64 */
            seed: number;
            stream: string;
            /** Format: int64 */
            trials: number;
            when: components["schemas"]["ForecastDate"][];
        };
        ForecastBackTest: {
            held: components["schemas"]["ForecastHeld"][];
            /** Format: int64 */
            made: number;
        };
        ForecastDate: {
            at: string | null;
            /** Format: double */
            confidence: number;
        };
        ForecastHeld: {
            /** Format: double */
            confidence: number;
            /** Format: int64 */
            held: number;
            /** Format: int64 */
            n: number;
        };
        ForecastHistory: {
            /** Format: int64 */
            days: number;
            /** Format: date-time */
            from: string;
            /** Format: int64 */
            n: number;
            per_day: number[];
            /** Format: date-time */
            to: string;
        };
        ForecastNumber: {
            /** Format: double */
            confidence: number;
            /** Format: int64 */
            n: number;
        };
        Gain: {
            /** Format: double */
            item_days: number;
            /** Format: double */
            item_days_per_week: number | null;
            /** Format: double */
            seconds: number;
        };
        Handoff: {
            /** Format: date-time */
            at: string;
            from: string | null;
            item: string;
            open: boolean;
            reason: string;
            /** Format: date-time */
            received_at: string | null;
            return: boolean;
            title: string;
            to: string | null;
            url: string | null;
            /** Format: double */
            wait: number | null;
        };
        HandoffItems: {
            items: components["schemas"]["Handoff"][];
            next: string | null;
            notes: string[];
            /** Format: int64 */
            total: number;
        };
        HandoffPair: {
            from: string | null;
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            returns: number;
            /** Format: double */
            share: number | null;
            /** Format: int64 */
            still: number;
            to: string | null;
            /** Format: double */
            total: number;
            wait: components["schemas"]["Duration"];
        };
        HandoffReason: {
            /** Format: int64 */
            n: number;
            reason: string;
            /** Format: double */
            share: number | null;
            /** Format: int64 */
            still: number;
            /** Format: double */
            total: number;
            wait: components["schemas"]["Duration"];
        };
        Handoffs: {
            between: string;
            clock: string;
            /** Format: date-time */
            from: string;
            /** Format: int64 */
            items: number;
            /** Format: double */
            lead_total: number;
            left_out: components["schemas"]["LeftOut"][];
            notes: string[];
            pairs: components["schemas"]["HandoffPair"][];
            reasons: components["schemas"]["HandoffReason"][];
            stream: string;
            /** Format: date-time */
            to: string;
            worst: components["schemas"]["Handoff"][];
        };
        HandoffTrend: {
            between: string;
            clock: string;
            every: string;
            /** Format: date-time */
            from: string;
            left_out: components["schemas"]["LeftOut"][];
            notes: string[];
            rows: components["schemas"]["HandoffTrendRow"][];
            stream: string;
            /** Format: date-time */
            to: string;
        };
        HandoffTrendRow: {
            /** Format: date-time */
            bucket: string;
            /** Format: int64 */
            n: number;
            wait: components["schemas"]["Duration"];
        };
        Imported: {
            /** Format: int64 */
            files: number;
            /**
             * Format: int64
             * @description Bad rows, which were left out.
             */
            rejected: number;
            /** @description The bad rows with their reasons, as NDJSON. */
            rejects: string;
            /**
             * Format: int64
             * @description Good rows read.
             */
            rows: number;
            /** @description By record. */
            tables: {
                [key: string]: components["schemas"]["ImportedTable"];
            };
        };
        ImportedTable: {
            /** Format: int64 */
            unchanged: number;
            /** Format: int64 */
            written: number;
        };
        Interval: {
            class: string;
            /** Format: date-time */
            end: string;
            owner: string | null;
            reason: string;
            stage: string;
            /** Format: date-time */
            start: string;
        };
        Item: {
            /** @description Of flow_distribution: what the item is for: feature, defect, risk, debt; null: not known. */
            class?: string | null;
            /** Format: date-time */
            end: string | null;
            environment?: string;
            /** @description The records and the rules that counted it. */
            evidence?: components["schemas"]["Evidence"][];
            /** @description Why it was left out. */
            excluded?: string;
            id: string;
            /** @enum {string} */
            kind: "change" | "deployment" | "incident" | "ticket";
            /** @description null: an incident, or an item of a stream, of no service or of several. */
            service: string | null;
            /** @description Of an incident, or an item of a stream: all of its services. */
            services?: string[];
            /** @description The item's intervals, in order, tiling it. */
            stages?: components["schemas"]["Interval"][];
            /** Format: date-time */
            start: string | null;
            title: string;
            url: string | null;
            /**
             * Format: double
             * @description Seconds of a duration; 1 or 0 of a ratio: whether the item is in the numerator; the item's own part of a share; absent for a rate, a level and what has a class.
             */
            value?: number | null;
        };
        Items: {
            items: components["schemas"]["Item"][];
            metric: string;
            /** @description What to ask after for the next page; null: this was the last. */
            next: string | null;
            /** @description Why there are none. */
            notes: string[];
            /**
             * Format: int64
             * @description How many there are on all pages.
             */
            total: number;
            unit: string;
        };
        LeftOut: {
            /** Format: int64 */
            n: number;
            reason: string;
        };
        LevelEntry: {
            /**
             * Format: double
             * @description Lower end of the band, part of it, in the metric's unit; null: open.
             */
            from: number | null;
            /** @enum {string} */
            level: "elite" | "high" | "medium" | "low";
            /** @description The band in words. */
            text: string;
            /**
             * Format: double
             * @description Upper end of the band, part of it; null: open. The same as from: the report published a point, not a band.
             */
            to: number | null;
        };
        MetricEntry: {
            /** @description What DORA's reports published for it, the latest edition first. */
            benchmarks: components["schemas"]["BenchmarkEntry"][];
            /**
             * @description How its buckets are drawn: counts as bars, levels as a line.
             * @enum {string}
             */
            chart: "bar" | "line";
            /** @description Whether it has a row for each class of items (feature, defect, risk, debt, not known) instead of one of all of them; their values add up to 1. */
            classed: boolean;
            /** @description What is counted, and what is left out. */
            definition: string;
            /** @description What it can be grouped and filtered by. */
            dimensions: string[];
            /**
             * @description Which way is better; none: neither.
             * @enum {string}
             */
            direction: "lower" | "higher" | "none";
            /** @example lead_time */
            id: string;
            /**
             * @description What its rows look like.
             * @enum {string}
             */
            shape: "duration" | "rate" | "ratio" | "share" | "level";
            /** @description Whether stages tile its items. */
            staged: boolean;
            /** @example Lead time for changes */
            title: string;
            /** @enum {string} */
            unit: "seconds" | "ratio" | "per day" | "items";
        };
        NoBenchmarkEntry: {
            /** Format: int64 */
            edition: number;
            text: string;
        };
        OwnerShare: {
            owner: string | null;
            /** Format: double */
            share: number;
        };
        ProductEntry: {
            name: string;
            services: string[];
        };
        ProductsBody: {
            products: components["schemas"]["ProductEntry"][];
        };
        RateRow: {
            /**
             * Format: date-time
             * @description The bucket's start with the reporting zone's offset. Absent with every=range.
             */
            bucket?: string;
            /**
             * Format: double
             * @description Days of the bucket, clipped to the window and to now.
             */
            days: number;
            /**
             * Format: int64
             * @description Days with at least one.
             */
            days_with: number;
            /** @description The service, team …; null: unknown. Absent with by=none. */
            group?: string | null;
            /**
             * Format: int64
             * @description How many.
             */
            n: number;
            /**
             * Format: double
             * @description n ÷ days, per day.
             */
            value: number | null;
        };
        Ratio: {
            /** Format: int64 */
            denominator: number;
            /** Format: double */
            high: number | null;
            /** Format: double */
            low: number | null;
            /** Format: int64 */
            numerator: number;
            /** Format: double */
            value: number | null;
        };
        RatioRow: {
            /**
             * Format: date-time
             * @description The bucket's start with the reporting zone's offset. Absent with every=range.
             */
            bucket?: string;
            /** @description Of flow_distribution, which has a row for each: what the items are for: feature, defect, risk, debt; null: not known. Absent for the others. */
            class?: string | null;
            /** Format: int64 */
            denominator: number;
            /** @description The service, team …; null: unknown. Absent with by=none. */
            group?: string | null;
            /**
             * Format: double
             * @description Upper end of it.
             */
            high: number | null;
            /**
             * Format: double
             * @description Lower end of the 95% Wilson interval.
             */
            low: number | null;
            /** Format: int64 */
            numerator: number;
            /**
             * Format: double
             * @description numerator ÷ denominator; null where the denominator is 0.
             */
            value: number | null;
        };
        ReasonTime: {
            class: string;
            /** Format: int64 */
            n: number;
            /** Format: double */
            p50: number | null;
            /** Format: double */
            p85: number | null;
            reason: string;
            /** Format: double */
            share: number | null;
            /** Format: double */
            total: number;
        };
        /** @description The figures of one group in one bucket. Durations are in seconds; unknown is null, never 0. */
        Row: components["schemas"]["RateRow"] | components["schemas"]["RatioRow"] | components["schemas"]["AmountRow"] | components["schemas"]["DurationRow"];
        ServiceEntry: {
            environments: components["schemas"]["EnvironmentName"][];
            name: string;
            products: string[];
            repos: string[];
            team: string | null;
        };
        ServicesBody: {
            services: components["schemas"]["ServiceEntry"][];
        };
        Source: {
            deleted: {
                [key: string]: number;
            } | null;
            /**
             * Format: int64
             * @description Items (pull requests, tickets, builds …) that the latest run has done.
             */
            done: number;
            /**
             * Format: int64
             * @description Items that it expects by now; 0: nobody knows.
             */
            expected: number;
            /**
             * Format: int64
             * @description Runs that failed in a row.
             */
            failures: number;
            /** @description What it collects from, such as github. */
            kind: string;
            /** @description The sentence of the latest failure; empty when the last run succeeded. */
            last_error: string;
            /** Format: date-time */
            last_finish: string | null;
            /**
             * Format: date-time
             * @description null: not since the server started.
             */
            last_start: string | null;
            /**
             * Format: date-time
             * @description null: never.
             */
            last_success: string | null;
            name: string;
            /** Format: date-time */
            next_run: string | null;
            /** @description Parts that the latest run could not collect; the others were. */
            problems: components["schemas"]["SourceProblem"][];
            requests: components["schemas"]["SourceRequests"];
            running: boolean;
            /** @description Cron; empty: only when asked for. */
            schedule: string;
            /** @description Records written since the server started, by kind. */
            total: {
                [key: string]: number;
            } | null;
            /** @description Records written by the latest run, by kind; while it runs, so far. */
            written: {
                [key: string]: number;
            } | null;
        };
        SourceProblem: {
            error: string;
            part: string;
        };
        SourceRequests: {
            /** @description By HTTP status; 0 is a request without a whole answer. */
            by_status: {
                [key: string]: number;
            } | null;
            /** Format: int64 */
            count: number;
            /**
             * Format: int64
             * @description How many the vendor allows in a period; null: it does not say.
             */
            limit: number | null;
            /** Format: int64 */
            remaining: number | null;
            /**
             * Format: date-time
             * @description When the period ends.
             */
            reset: string | null;
            /** @description Why it waits before its next request; empty: it does not. */
            waiting_for: string;
            /** Format: date-time */
            waiting_until: string | null;
        };
        SourcesBody: {
            sources: components["schemas"]["Source"][];
        };
        StageBack: {
            from: string | null;
            /** Format: int64 */
            n: number;
            rule: string;
        };
        StageBeforeAfter: {
            after: components["schemas"]["Duration"];
            before: components["schemas"]["Duration"];
            stage: string;
        };
        StageChange: {
            stage: string;
            /** Format: double */
            wait: number;
        };
        StageFigure: {
            accuracy: components["schemas"]["Ratio"];
            /** Format: int64 */
            arrivals: number;
            /** Format: double */
            arrivals_per_day: number | null;
            /** Format: int64 */
            departures: number;
            /** Format: double */
            departures_per_day: number | null;
            /** Format: int64 */
            exits: number;
            lead: components["schemas"]["Duration"];
            /** Format: int64 */
            n: number;
            owner: string | null;
            owners: components["schemas"]["OwnerShare"][];
            process: components["schemas"]["Duration"];
            queue: boolean;
            returns: components["schemas"]["StageBack"][];
            role: string;
            /** Format: double */
            share: number | null;
            side: boolean;
            stage: string;
            title: string;
            waiting: components["schemas"]["Duration"];
            /** Format: int64 */
            wip: number;
            /** Format: int64 */
            wip_then: number;
        };
        StageLevels: {
            /** Format: double */
            mean: number | null;
            /**
             * Format: int64
             * @description How many items.
             */
            n: number;
            /**
             * Format: double
             * @description Median, in seconds. null: no data.
             */
            p50: number | null;
            /** Format: double */
            p75: number | null;
            /** Format: double */
            p85: number | null;
            /** Format: double */
            p90: number | null;
            /** Format: double */
            p95: number | null;
            /**
             * Format: double
             * @description The stage's part of the whole time of all the row's items. The shares of a row add up to 1, so share × the row's mean is the stage's part of the mean. null: no item has the stage.
             */
            share: number | null;
            /** @enum {string} */
            stage: "coding" | "pickup" | "review" | "merge_wait" | "build_queue" | "build" | "approval" | "deploy_wait" | "deploy";
        };
        Status: {
            data: components["schemas"]["DataStatus"];
            /**
             * Format: date-time
             * @description The server's time.
             */
            now: string;
            /** @description The figures are those of a simulated company. */
            simulated: boolean;
            /** @description The reporting time zone: dates, days, weeks and months are its own. */
            timezone: string;
            /** @description Of Weir. */
            version: string;
        };
        StreamEntry: {
            configured: boolean;
            projects: string[];
            services: string[];
            stages: components["schemas"]["StreamStage"][];
            statuses: components["schemas"]["StreamStatus"][];
            stream: string;
            title: string;
            types: string[];
        };
        StreamFigures: {
            /** Format: double */
            activity_ratio: number | null;
            lead: components["schemas"]["Duration"];
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            open: number;
            process: components["schemas"]["Duration"];
            /** Format: double */
            rolled_accuracy: number | null;
            scrap: components["schemas"]["Ratio"];
            waiting: components["schemas"]["Duration"];
        };
        StreamItem: {
            class: string | null;
            /** Format: date-time */
            end: string | null;
            excluded?: string;
            item: string;
            kind: string;
            owner: string | null;
            /** Format: double */
            process: number | null;
            /** Format: int64 */
            returns: number;
            stage: string | null;
            /** Format: date-time */
            start: string;
            team: string | null;
            title: string;
            url: string | null;
            /** Format: double */
            value: number | null;
            /** Format: double */
            waiting: number | null;
        };
        StreamItems: {
            items: components["schemas"]["StreamItem"][];
            kind: string;
            next: string | null;
            notes: string[];
            stream: string;
            /** Format: int64 */
            total: number;
        };
        StreamList: {
            configuration: string;
            streams: components["schemas"]["StreamEntry"][];
            unmapped: components["schemas"]["UnmappedStatus"][];
        };
        StreamStage: {
            owner: string | null;
            queue: boolean;
            role: string;
            side: boolean;
            stage: string;
            title: string;
        };
        StreamStatus: {
            class: string;
            reason: string;
            rule: string;
            stage: string | null;
            status: string;
            /** Format: int64 */
            tickets: number;
        };
        TeamEntry: {
            name: string;
            /** Format: int64 */
            people: number | null;
            role: string;
            services: string[];
        };
        TeamsBody: {
            teams: components["schemas"]["TeamEntry"][];
        };
        Timeline: {
            /** Format: double */
            active: number | null;
            changes: components["schemas"]["TimelineChange"][];
            class: string | null;
            clock: string;
            /** Format: double */
            efficiency: number | null;
            /** Format: date-time */
            end: string | null;
            excluded: string | null;
            handoffs: components["schemas"]["TimelineHandoff"][];
            intervals: components["schemas"]["TimelineInterval"][];
            item: string;
            kind: string;
            /** Format: double */
            lead: number | null;
            notes: string[];
            products: string[];
            returns: components["schemas"]["TimelineReturn"][];
            services: string[];
            /** Format: date-time */
            start: string;
            status: string;
            stream: string;
            team: string | null;
            title: string;
            type: string | null;
            url: string | null;
            /** Format: double */
            waiting: number | null;
        };
        TimelineChange: {
            delivered: components["schemas"]["TimelineDelivery"][];
            id: string;
            /** Format: date-time */
            merged_at: string | null;
            rule: string | null;
            title: string;
            url: string | null;
        };
        TimelineDelivery: {
            deployment: string;
            environment: string;
            /** Format: date-time */
            finished_at: string;
            service: string;
        };
        TimelineHandoff: {
            /** Format: date-time */
            at: string;
            from: string | null;
            reason: string;
            /** Format: date-time */
            received_at: string | null;
            return: boolean;
            to: string | null;
            /** Format: double */
            wait: number | null;
        };
        TimelineInterval: {
            class: string;
            /** Format: date-time */
            end: string | null;
            /** Format: int64 */
            n: number;
            owner: string | null;
            reason: string;
            record: string | null;
            record_id: string | null;
            rule: string;
            /** Format: double */
            seconds: number | null;
            stage: string;
            /** Format: date-time */
            start: string;
            title: string;
            url: string | null;
        };
        TimelineReturn: {
            /** Format: date-time */
            at: string | null;
            from: string | null;
            record: string | null;
            record_id: string | null;
            rule: string;
            stage: string;
            url: string | null;
        };
        Told: {
            ask: string;
            by: string;
            /** @description Of durations, where it was asked for: how many items took how many seconds. */
            distribution?: components["schemas"]["Bin"][];
            every: string;
            /** Format: date-time */
            from: string;
            /** @description How many items of the window were not counted, by reason. */
            left_out: components["schemas"]["LeftOut"][];
            /** @example lead_time */
            metric: string;
            /** @description Sentences: why there is nothing, which names of the filter are unknown. */
            notes: string[];
            /** @description The figures of the compared window, where they were asked for and anything is known of it. */
            previous?: components["schemas"]["Answer"];
            rows: components["schemas"]["Row"][];
            /** Format: date-time */
            to: string;
            /** @enum {string} */
            unit: "seconds" | "ratio" | "per day" | "items";
        };
        UnmappedStatus: {
            status: string;
            /** Format: int64 */
            tickets: number;
        };
        ValueStream: {
            clock: string;
            constraint: components["schemas"]["Constraint"];
            /** Format: date-time */
            from: string;
            items: components["schemas"]["StreamFigures"];
            left_out: components["schemas"]["LeftOut"][];
            notes: string[];
            reasons: components["schemas"]["ReasonTime"][];
            stages: components["schemas"]["StageFigure"][];
            stream: string;
            /** Format: date-time */
            to: string;
        };
        WhatIfAnswer: {
            after: components["schemas"]["Duration"];
            before: components["schemas"]["Duration"];
            changes: components["schemas"]["StageChange"][];
            clock: string;
            /** Format: date-time */
            from: string;
            gain: components["schemas"]["Gain"];
            left_out: components["schemas"]["LeftOut"][];
            /** Format: int64 */
            n: number;
            notes: string[];
            stages: components["schemas"]["StageBeforeAfter"][];
            stream: string;
            /** Format: date-time */
            to: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "answer-many": {
        parameters: {
            query: {
                /** @description What is asked, once or more often: a metric, then any of every=…, by=…, previous, distribution, separated by commas. */
                ask: string[];
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description The window to compare with: the period of the same length before, or the same period a year before. */
                compare?: "none" | "previous" | "year";
                /** @description Only these environments; not for metrics of incidents, which name none. */
                environment?: string[];
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only services of these products. */
                product?: string[];
                /** @description Only these repositories. */
                repo?: string[];
                /** @description Only these services. */
                service?: string[];
                /** @description Only services of these teams. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answers"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentsBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "take-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description It is on the disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Why it was not accepted */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-flow": {
        parameters: {
            query?: {
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Length of the buckets of the throughput, cut in the reporting time zone. */
                every?: "day" | "week" | "month";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "forecast-flow": {
        parameters: {
            query?: {
                /** @description How many more items are done by the end of this date, in the reporting time zone? With items as well: how likely is it that so many are? */
                by?: string;
                /** @description When are so many more items done? */
                items?: number;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Of the draws: the same question with the same seed has the same answer. */
                seed?: number;
                /** @description Only items of these services. */
                service?: string[];
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description How many weeks of history are drawn from. */
                weeks?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forecast"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-handoffs": {
        parameters: {
            query?: {
                /** @description What counts as one group: a team in one role; a team, so that handoffs within it fall away; or a role, whoever has it. */
                between?: "groups" | "teams" | "roles";
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only handoffs from this group; (none): from one that is not known. */
                from_group?: string;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only what was waited for because of this. */
                reason?: string;
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
                /** @description Only handoffs to this group; (none): to one that is not known. */
                to_group?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handoffs"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-handoff-items": {
        parameters: {
            query?: {
                /** @description Go on after this: the next of the answer before. */
                after?: string;
                /** @description What counts as one group: a team in one role; a team, so that handoffs within it fall away; or a role, whoever has it. */
                between?: "groups" | "teams" | "roles";
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only handoffs from this group; (none): from one that is not known. */
                from_group?: string;
                /** @description How many handoffs at most. */
                limit?: number;
                /** @description Those that still wait, of open items, instead of those of the items done in the window. */
                open?: boolean;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only what was waited for because of this. */
                reason?: string;
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
                /** @description Only handoffs to this group; (none): to one that is not known. */
                to_group?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoffItems"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "trend-handoffs": {
        parameters: {
            query?: {
                /** @description What counts as one group: a team in one role; a team, so that handoffs within it fall away; or a role, whoever has it. */
                between?: "groups" | "teams" | "roles";
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Length of the buckets, cut in the reporting time zone. */
                every?: "day" | "week" | "month" | "quarter";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only handoffs from this group; (none): from one that is not known. */
                from_group?: string;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only what was waited for because of this. */
                reason?: string;
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
                /** @description Only handoffs to this group; (none): to one that is not known. */
                to_group?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoffTrend"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "take-delivery": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The configured hook. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description It is on the disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Why it was not accepted */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "import-records": {
        parameters: {
            query?: {
                /** @description Write the good rows and give back the bad ones, instead of refusing all for one bad row. */
                rejects?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description What was written */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description Why nothing was */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Catalogue"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "query-metric": {
        parameters: {
            query?: {
                /** @description One row for each of these. */
                by?: "none" | "service" | "repo" | "team" | "product" | "environment";
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Only these environments; not for metrics of incidents, which name none. */
                environment?: string[];
                /** @description Length of the buckets, cut in the reporting time zone; range: one for the whole window. */
                every?: "range" | "day" | "week" | "month" | "quarter";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only services of these products. */
                product?: string[];
                /** @description Only these repositories. */
                repo?: string[];
                /** @description Only these services. */
                service?: string[];
                /** @description Of the metrics of flow: the value stream whose items are counted; /streams lists them. Default: delivery. */
                stream?: string;
                /** @description Only services of these teams. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The metric. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-items": {
        parameters: {
            query?: {
                /** @description Go on after this: the next of the answer before. */
                after?: string;
                /** @description One row for each of these. */
                by?: "none" | "service" | "repo" | "team" | "product" | "environment";
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Only these environments; not for metrics of incidents, which name none. */
                environment?: string[];
                /** @description Length of the buckets, cut in the reporting time zone; range: one for the whole window. */
                every?: "range" | "day" | "week" | "month" | "quarter";
                /** @description The items that were left out instead, each with its reason. */
                excluded?: boolean;
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description How many items at most. */
                limit?: number;
                /** @description Of a ratio: only the items in its numerator, such as the deployments that failed. */
                numerator?: boolean;
                /** @description Only services of these products. */
                product?: string[];
                /** @description Only these repositories. */
                repo?: string[];
                /** @description Only these services. */
                service?: string[];
                /** @description Of the metrics of flow: the value stream whose items are counted; /streams lists them. Default: delivery. */
                stream?: string;
                /** @description Only services of these teams. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The metric. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductsBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "take-records": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The kind of records, as the import names its files. */
                kind: "commits" | "pull_requests" | "reviews" | "builds" | "build_stages" | "deployments" | "incidents" | "tickets" | "ticket_links" | "transitions" | "signals" | "statuses" | "memberships";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description It is on the disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Why it was not accepted */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServicesBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourcesBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "sync-source": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has begun */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it has not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-stream-items": {
        parameters: {
            query?: {
                /** @description Go on after this: the next of the answer before. */
                after?: string;
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Done in the window; open now, the oldest first; of the window and came back to an earlier stage; left out of the window, each with its reason. */
                kind?: "done" | "open" | "returned" | "excluded";
                /** @description How many items at most. */
                limit?: number;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only what spent time on this, or waited for it. The value is then that time. */
                reason?: string;
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description Only what was in this stage; of open items what is in it now; of those that came back what left it in the window and came back to it. The value is then the time in it. */
                stage?: string;
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamItems"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamList"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamsBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-timeline": {
        parameters: {
            query: {
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description A ticket's key, a change such as repo#12, or an incident's id. A change that belongs to a ticket gives the ticket's timeline. */
                item: string;
                /** @description The value stream. Default: one that has the item, delivery first. */
                stream?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-value-stream": {
        parameters: {
            query?: {
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValueStream"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "what-if": {
        parameters: {
            query?: {
                /** @description A stage and what stays of its wait; may be repeated for several stages. */
                change?: string[];
                /** @description Time as it passes, or working time by calendars. */
                clock?: "elapsed" | "working";
                /** @description Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end. */
                from?: string;
                /** @description Only items of these products. */
                product?: string[];
                /** @description Only items with changes in these repositories. */
                repo?: string[];
                /** @description Only items of these services. */
                service?: string[];
                /** @description The stage whose wait changes, with wait. */
                stage?: string;
                /** @description The value stream; /streams lists them. */
                stream?: string;
                /** @description Only the items of these teams, whose work they are. */
                team?: string[];
                /** @description End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now. */
                to?: string;
                /** @description What stays of the wait: 50% (written 50%25 in an address) or 0.5 is half of it, 0 none. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIfAnswer"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
}
