"""By which words does English prose name a mechanism, say what would test it, or say nothing at all?

Small tables for `counterarguments`, matched against text in lower case with single spaces. They let honest prose
of many styles through and stop the stock phrases; they judge no truth. An entry is a family of words, and the
words beside it say why it is there. Add to a table what an honest worker was refused for, with the sentence as
an example in tests/documents/counterarguments/good.yaml.

How good they are: the last texts written before the tables were fitted to them, by one author in many voices, were
20 honest ones, of which 2 were refused, and 14 of stock phrases, of which 1 passed. The examples in
tests/documents were all fitted to, and say nothing about the next text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_MECHANISMS: Mapping[str, str] = {
    # confounds: something else changed, or was seen, together with what was meant to change
    "entanglement": (
        r"confound\w*|entangl\w*|correlat\w*|covar(?:y|ies|iate)\w*|interact(?:s|ion)\w*|prox(?:y|ies)|"
        "mix(?:es|ed) (?:up|with)?"
    ),
    "leak": r"leak\w*|contaminat\w*|peek\w*|double[- ]dip\w*|memori[sz]\w*|overfit\w*|over-fit\w*|overlap\w*",
    "selection": (
        r"bias(?:es|ed)?|selection effect|cherry-?pick\w*|survivor\w*|self-select\w*|best of|winner's curse|"
        "missing|left out"
    ),
    "chosen on what it is judged on": (
        "(?:tuned|chosen|picked|selected|fitted|calibrated|optimi[sz]ed|judged) (?:on|against|with|from|by)"
    ),
    "moves along": (
        "also (?:chang|var[iy]|differ|mov|ris|fall|shift|grow|affect|alter|lower|rais|shrink|reduc|"
        r"increas)\w*"
    ),
    "depends": (
        r"depend(?:s|ed|ing)? (?:on|upon)|sensitiv\w+ to|hinge[sd]? on|specific to|peculiar to|tied to|"
        "a (?:matter|question) of|at the mercy of"
    ),
    # alternative explanations: the same numbers without the claimed cause
    "cause": (
        "because|due to|caus(?:ed|ing)|com(?:es|ing) from|stem(?:s|med)? from|aris(?:es|ing) from|"
        "result(?:s|ed|ing)? from|owing to|thanks to"
    ),
    "consequence": (
        "hence|thereby|consequently|which (?:means|makes|gives|is why|in turn|would|could|may|might)|"
        "mean(?:s|ing) that|so (?:that|what|the|a|an|it|any|part|one|each|every|most|all|our|its|their|"
        r"there|\w+\(\))"
    ),
    "drives": (
        r"driv(?:es|en|ing)|decid(?:es|ed)|determin(?:es|ed)|dominat\w+|dictat\w+|govern(?:s|ed)|"
        "responsible for|does the work|carr(?:y|ies) the"
    ),
    "explains": (
        "explain(?:s|ed)? (?:by|the|this|that|it|all|most|much|part|some|both)|account(?:s|ed)? for|"
        r"attribut\w+"
    ),
    "other reading": (
        r"rather than|instead of|reflects?|merely|nothing more than|coinciden\w*|alternativ\w*|in disguise|"
        r"by accident|accidental\w*|head start"
    ),
    "would happen anyway": (
        "would (?:also|equally|do as well|(?:produce|give|look|show|behave|happen|have) (?:the|"
        r"much the) same)\w*|just as well|anyway|regardless"
    ),
    "chance": (
        r"noise|noisy|by chance|chance alone|luck\w*|fluctuat\w*|sampling (?:error|variation)|"
        r"standard errors?|regress\w+ to the mean|flukes?"
    ),
    # the comparison is not fair, or the measure says something else
    "unfair": (
        r"unfair\w*|fairer|favou?r(?:s|ed|ing)?|flatter\w*|handicap\w*|disadvantag\w*|mismatch\w*|"
        r"unequal\w*|not equal\w*|uneven\w*|asymmetr\w*|apples|straw man"
    ),
    "distorts": (
        r"inflat\w*|deflat\w*|exaggerat\w*|overstat\w*|understat\w*|distort\w*|mislead\w*|over-?estimat\w*|"
        r"under-?estimat\w*|optimistic\w*|pessimistic\w*"
    ),
    "hidden in the measure": (
        r"averag\w+ (?:over|across|hides?|out)|aggregat\w*|hid(?:e|es|den|ing)|masks?\b|masked|rewards?|"
        r"penali[sz]\w*|definition of|(?:count|treat)(?:s|ed|ing)? [^.;]{1,40} as|says (?:something|little|"
        "nothing|more|less)"
    ),
    "composition": "prevalence|base rate|class prior|mixture|imbalanced? (?:itself|alone)|denominator|composition",
    # limitations of the data or the method
    "too little": (
        r"too (?:few|small|short|little|narrow|coarse|easy|simple|weak|low|high|large|long)|under-?power\w*|"
        r"insufficient\w*|is short|still (?:\w+ing)"
    ),
    "only": (
        r"\w+ only(?=[.,;])|only (?:a|an|one|two|three|four|five|six|ten|\d+|on|at|in|with|under|for|when|"
        r"the|covers?|uses?|look\w*)\b"
    ),
    "one of a kind": (
        "(?:a|one|this) single|(?:just|exactly) one|one (?:dataset|machine|model|seed|split|corpus|"
        r"language)|single-\w+"
    ),
    "small": (
        r"(?:small|tiny|limited) (?:sample|number|set|test set|dataset|corpus|effect|range|margin|n)\b|"
        "limited (?:to|by)|(?:few|less|more) than"
    ),
    "few": (
        "(?:few|handful of|three|two|five) (?:seeds|runs|cases|points|examples|positives|items|samples|users|prompts)"
    ),
    "not done": (
        r"(?:never|not|\w+n't) (?:been )?(?:test|vari|vary|measur|control|includ|cover|tri|try|check|compar|"
        "separat|look|reach|converg|isolat|account|match|randomi|represent|independent|seen|know|meant|"
        r"tuned)\w*|untested|unmeasured|uncontrolled|unknown"
    ),
    "made up": (
        r"synthetic\w*|simulat\w*|toy|ideali[sz]\w*|assum\w+|unrealistic\w*|gaussian|styli[sz]ed|made-up|"
        r"artificial\w*|same generator"
    ),
    "edge of the scale": (
        r"ceiling|floor effect|saturat\w*|degenerate|near (?:zero|one|the maximum)|bounded|clipp\w*|flat\w*"
    ),
    "shape": (
        r"outliers?|skew\w*|heav(?:y|ier)[- ]tail\w*|long tail|varianc\w*|unstable|instability|"
        r"wide interval|drift\w*|distribution shift|among|bimodal\w*"
    ),
    "wrong labels": r"label (?:noise|errors?)|mislabel\w*|annotat\w+|ambiguous|ground truth",
    # artefacts of the implementation
    "artefact": (
        r"art[ei]facts?|by construction|side effect|bugs? (?:in|that|where)|off[- ]by[- ]one|tautolog\w*|"
        r"circular\w*|bypass\w*|shortcut\w*"
    ),
    "machine": (
        r"cach(?:e|es|ed|ing)|warm-?up|contention|scheduler|garbage collect\w*|jit|timer|clock|thermal\w*|"
        r"throttl\w*|overhead|interpreter|bottleneck"
    ),
    "arithmetic": (
        r"rounding|floating[- ]point|overflow|underflow|zero_division|division by zero|tie-?break\w*|ties\b|"
        r"nans?\b|imput\w*|truncat\w*"
    ),
    "training": (
        r"converg\w*|early stopping|learning rate|initiali[sz]\w*|under-?train\w*|untuned|regulari[sz]\w*|"
        r"iteration limit|hyper-?parameter\w*"
    ),
    "by another route": (
        r"simply|alone\b|by definition|pool(?:ed|ing)|(?:tells?|says?) us (?:nothing|little)|discontinu\w*|"
        "wrong reason"
    ),
    "state": (
        r"shared state|global state|race condition|non-?determin\w*|order(?:ing)? of|\w+ order\b|reuses?|"
        r"reused|same (?:seed|split|sample|data|trace)\w*|adaptive"
    ),
}
"""How a number can come about without the claim being true."""

DOUBT = re.compile(
    r"\b(?:may|might|could|would|should|perhaps|maybe|possibly|probably|presumably|likely|not|cannot|never|nobody|"
    r"unless|if|unclear|suspect\w*|wonder|doubt|worry|bet|but|yet|whereas|though|although|instead|then|therefore|"
    r"effectively|really|meaning|nothing|little|hardly|barely|twice|same|differ\w*|worse|slower|weaker)\b|n't\b|\?"
)
"""Words by which a sentence weighs and does not merely report."""

_ACTIONS = (
    "add|apply|ask|average|balance|break|build|calibrate|change|check|choose|collect|compare|compute|"
    "count|cut|deduplicate|delay|disable|double|draw|estimate|evaluate|exclude|feed|filter|fit|fix|force|"
    "freeze|generate|give|halve|hold|increase|index|inject|insert|invalidate|judge|keep|label|leave|let|"
    "limit|log|look at|lower|match|measure|merge|model|move|normali[sz]e|pad|permute|pin|plot|port|put|"
    "raise|randomi[sz]e|recompute|record|redo|reduce|refit|relabel|remove|repeat|replay|replace|report|"
    "rerun|re-run|resample|restart|restrict|retrain|reverse|run|sample|scale|score|separate|set|shift|"
    "shuffle|sort|split|start|stop|stratify|strip|subtract|swap|sweep|take|test|time|train|trim|try|tune|"
    "turn|use|vary|wait|warm|weight|write"
)
_NO_COMMANDS = (
    "the|this|that|these|those|there|and|but|yet|nor|for|with|without|within|from|into|over|under|upon|after|before|"
    "during|since|until|while|when|where|which|who|what|why|how|because|although|though|unless|whether|than|then|"
    "also|even|only|just|still|perhaps|maybe|possibly|probably|given|despite|like|unlike|near|across|among|between|"
    "through|against|about|around|behind|beyond|beside|besides|per|via|are|was|were|has|have|had|does|did|can|could|"
    "may|might|will|would|should|must|half|twice|not|nearly|almost|hence|thus|here|some|most|more|both|all|each|every|"
    "any|either|neither|its|their|our|his|her|they|you|she|outside|inside|while|once|such|further|overall|finally"
)
"""Words that stand at the beginning of a sentence before an article and command nothing."""

_DONE = (
    "tested|checked|ruled out|settled|probed|verified|measured|separated|isolated|excluded|controlled|"
    "quantified|examined|falsified|refuted|resolved|distinguished|confirmed|answered|tried|seen|shown|"
    "detected|estimated|caught"
)

_TESTS: Mapping[str, str] = {
    "what would come out": (
        r"would\b(?=[.;!?]|$)|would (?!be (?:\w+ )?(?:needed|useful|helpful|good|interesting|nice|better|"
        r"best|worth|required|necessary|beneficial|valuable|great|ideal|prudent|wise)|need\b|benefit|like|"
        r"argue|say|object|require|have been|also be (?:needed|useful))\w+"
    ),
    "what should come out": (
        r"(?:should|must|ought to) (?!be\b|not be\b|also be\b|have been\b|(?:weigh|consider|consult|note|acknowledge|"
        r"balance|exercise|take care)\b)\w+"
    ),
    "can be tested by": (
        rf"be (?:\w+ly )?(?:{_DONE})(?: \S+){{0,4}}? (?:by|with|on|using|through|via|against|under|if|when|in|"
        r"over|at|from)\b"
    ),
    "in order to": (
        r"\bto (?:test|check|settle|decide|separate|isolate|distinguish|rule|probe|verify|disentangle|"
        r"exclude|falsify|refute|confirm|reveal|show|expose|resolve|quantify|bound|catch)\b (?!me\b|us\b|"
        r"sense\b)|(?:to )?(?:see|find out|learn|look) (?:what|if|whether|how|which|at|where)"
    ),
    "if": r"\bif (?!so\b|any\b|not\b|at all\b|anything\b)(?:\S+ ){3,}",
    "do this": rf"(?<=[.!?;:-] )(?:{_ACTIONS}) \S+ \S+",
    "a command": (
        rf"(?<=[.!?;:-] )(?!(?:{_NO_COMMANDS})\b)[a-z-]{{3,}} (?:the|an?|them|it|both|all|each|this|these|those|its|"
        r"their|one|two|\d+) \S+"
    ),
    "worth it": (
        r"worth (?:running|trying|testing|checking|a try)|(?:test|check|comparison|ablation|rerun)s? (?:over|with|on|"
        "at|per|across|under|without|between)"
    ),
    "doing this": (
        "(?<=[.!?;:-] )(?!(?:noth|everyth|someth|anyth|dur|be|accord|regard|consider|assum|concern|hav|"
        r"speak)ing\b)[\w-]{2,}ing(?: \S+){3,}"
    ),
    "again": (
        r"re-?run(?:ning)?|re-?train(?:ing)?|re-?fit(?:ting)?|recomput\w+|replay(?:ing)?|"
        r"and repeat\b|repeat(?:ing)? (?!\w+ed\b)|run(?:ning)? (?:it|the|this|both|all|exp_\w+)"
    ),
    "take away": (
        r"ablat\w+|(?:remov|dropp|disabl|bypass|mask|permut|shuffl|swapp|randomi[sz]|exclud)ing|(?:turn|"
        "switch)(?:ing)? off|leav(?:e|ing) [^.;]{1,40} out"
    ),
    "put in its place": ("replac(?:e|ing) [^.;]{1,80} (?:with|by)|substitut(?:e|ing)|us(?:e|ing) [^.;]{1,60} instead"),
    "hold and vary": (
        "(?:hold|keep|fix)(?:ing)? [^.;]{1,60} (?:fixed|constant|at|equal|identical)|vary(?:ing)? (?:the|"
        "only|one|just|its|both|it)|sweep(?:s|ing)?|match(?:ing|ed) (?:on|for)|control(?:s|led|ling)? for|"
        "the control|a control|control (?:run|experiment|condition|arm|group)"
    ),
    "compare": (
        "(?:compare|comparing) [^.;]{1,120}|a comparison (?:with|of|against|between|to)|against (?:the|"
        "a) (?:formula|analytic|exact|known)"
    ),
    "look": (
        "(?:plotting|measuring|logging|counting|profiling|instrumenting|inspecting|recording|stratifying|"
        "bootstrapping|cross-validating|timing|porting)"
    ),
    "test whether": (
        "test(?:ing)? (?:this|it|that|for|whether|if|by|on|with|at|under|against)|(?:check|"
        "verify)(?:ing)? (?:whether|if|that|this|the|it|on)"
    ),
    "an experiment": (
        r"(?:a|an|the|one|another|next|second|third|follow-up|\d+) (?:\S+ )?(?:run|runs|experiment|sweep|"
        "ablation|study|split|replication|version|control|seeds|test) (?:with|without|on|that|in which|"
        "where|at|under|over|using|of|could|can|will|is|settles|decides)"
    ),
    "expect": (
        r"predicts?|(?:is|are|be) (?:the|a|an|my|our) (?:\w+ )?(?:check|test|control|baseline)|(?:we|one|i|"
        "you|i'd|we'd) (?:should |would )?(?:expect|find|observe)|refuted (?:if|when|by)|next experiment|"
        "follow-?up|the obvious check|(?:settles?|decides?|tells?|resolves?) (?:it|this|that|between|"
        "which)|can (?:decide|tell|settle|show|separate|distinguish)"
    ),
    "a question": r"(?:does|do|would|will) (?!this|it|that|these)[^;]{10,120}\?",
}
"""How prose says what would tell a mechanism from the claim."""

_VAGUE: Mapping[str, str] = {
    "more research": (
        r"(?:more|further|additional|future|other|better|extra|deeper|subsequent) (?:\w+ ){0,2}?(?:research|"
        "work|experiments?|experimentation|tests?|testing|stud(?:y|ies)|investigations?|analys[ei]s|"
        "validation|evaluations?|replications?|exploration|runs)(?: (?:is|are|was|would|could|should|may|"
        r"might|will|can)(?: be| also be| also)?(?: \w+)?)?"
    ),
    "could be investigated": (
        "(?:should|could|can|may|might|must|needs? to|remains? to|has yet to|"
        r"have yet to) be (?:\w+ )?(?:investigat|explor|stud|look|examin|valid|seen|tested|verified|"
        r"confirmed|replicat|treated|taken|interpret|read|viewed|trust|consider)\w*(?: (?:further|more|"
        "again|with (?:care|caution)|carefully|in (?:the )?future|in (?:more|greater) detail))*(?=[.,;!?]|"
        r"$| and\b| before\b| as\b)"
    ),
    "remains to be": r"remains? to be \w+|(?:hard|difficult|impossible|too early|unable|not possible) to \w+",
    "no test": (
        "no (?:further |more |other |additional )?(?:tests?|testing|experiments?|runs?|checks?|"
        r"follow-?ups?|need)\b[^.;]*"
    ),
    "nothing": (
        r"nothing (?:\w+ ){0,3}(?:would|could|can|to|needs)\b[^.;]*|not (?:necessary|needed|required|"
        r"worth)\b[^.;]*"
    ),
    "not known whether": (
        r"(?:not|n't) (?:\w+ )?(?:clear|known|sure|certain|know) (?:if|whether)|(?:unclear|unknown|"
        "uncertain) (?:if|whether)"
    ),
    "if we had more": (
        r"(?:if|had) (?:we|i|one|there|more|the) (?:\w+ ){0,3}(?:more|another|other|different|better|larger|"
        r"bigger)\b[^.;]*"
    ),
    "more would be better": (
        "(?:more|other|different|larger|bigger) (?:data|datasets?|seeds|samples?|models?|compute|time|"
        r"settings|conditions) (?:would|could|might|may|is|are|will)(?: be| have been| also be)? \w+"
    ),
    "may differ elsewhere": (
        "(?:may|might|could|would|will|can) (?:also )?(?:not )?(?:be|look|vary|change|differ|generali[sz]e|"
        r"hold|transfer|apply)(?: \w+)? (?:on|to|for|in|with|across|under) (?:other|different|all|new|"
        r"another|larger|real|various) \w+"
    ),
}
"""Stock phrases that stand in the place of a mechanism or a test and say none."""

_DENIALS = (
    (
        "(?:no|not any|without|zero|hardly any|don't have) (?:(?:known|obvious|real|serious|major|"
        "significant|strong|valid|further|other|specific|particular|plausible|convincing|good|important|"
        "clear) )*(?:counter-?arguments?|objections?|weakness(?:es)?|limitations?|caveats?|concerns?|"
        "problems?|issues?|doubts|flaws?|downsides?)"
    ),
    (
        "(?:cannot|can't|can not|could not|couldn't|do not|don't|did not|didn't|"
        r"unable to) (?:\w+ ){0,2}(?:think of|see|find|identify|name|come up with|know of|"
        r"imagine) (?:\w+ ){0,3}(?:counter-?arguments?|objections?|weakness\w*|limitations?|caveats?|"
        "reasons?|problems?|issues?|flaws?|against)"
    ),
    (
        "^(?:none|n/?a|nil|nothing|no|todo|tbd|to be (?:done|written)|not applicable|see above|"
        r"same as (?:before|above))\b(?: \w+){0,6}$"
    ),
)
"""Sentences that say that there is nothing to say."""

_GENERIC = """
    ability able about above accurate across actual actually additional affect after again against alternative
    also although always amount analysis another apply approach argue argument around aspect assume assumption
    average based baseline because before behavior behaviour believe benchmark best better between both broad
    calculate case cases cause certain chance change check choice choose claim class clear code common compare
    comparison compute concern conclude conclusion condition conduct confirm confound consider consistent
    context control correct could count counterargument current data dataset default demonstrate depend design
    detail determine difference different do does doing done difficult direct domain down during each effect
    either else enough environment equal error especially estimate evaluate evaluation even evidence exact
    example expect expected experiment explain explanation explore extra factor fail fair false feature field
    figure final find finding fine first fixed follow found from function further future gain general generalize
    generalise give given good great group have held hence here high higher hold hypothesis idea impact
    implement implementation important improve improvement include increase indicate influence input instead
    interest interpret into issue just keep kind know large larger later learn least less level like likely
    limit limitation limited line little long look lower machine made main make many matter maybe mean means
    measure measurement mechanism method metric might minimum model more most much must name need never noise
    none normal nothing number objective observe often once only open order original other outcome output over
    parameter part particular path perform performance perhaps plan point population possible potential predict
    prediction present probably problem process produce project prove provide purpose quality question quite
    random range rate rather read real realistic really reason recent reduce refute relate relative relevant
    rely remain repeat replicate report representative require research result results return right robust same
    sample scale scenario score second section seed seem select sense sensitive series setting setup several
    should show side significance significant similar simple simply since single situation size small smaller
    some something source specific split stable standard start state statistic step still strong structure study
    subset such suggest support sure system take target task technique tell term test than that their them then
    there therefore these they thing think this those three through thus time total train training trial true
    trust turn under unit until upon usage used useful user uses using valid validity value variable variance
    variation various vary version very want weak were what when where whether which while whole wide will with
    within without word work worse worst would wrong yield your
"""
"""Words that any experiment's prose has: naming one of them names no setting."""

MECHANISMS: Mapping[str, re.Pattern[str]] = {why: re.compile(rf"\b(?:{words})") for why, words in _MECHANISMS.items()}
TESTS: Mapping[str, re.Pattern[str]] = {why: re.compile(rf"\b(?:{words})") for why, words in _TESTS.items()}
VAGUE: Mapping[str, re.Pattern[str]] = {why: re.compile(rf"\b(?:{words})") for why, words in _VAGUE.items()}
DENIALS: tuple[re.Pattern[str], ...] = tuple(re.compile(words) for words in _DENIALS)
GENERIC: frozenset[str] = frozenset(_GENERIC.split())

NEGATORS = frozenset({"no", "not", "never", "without", "nor", "neither", "nothing", "none", "cannot", "hardly"})
"""Words that take a mechanism back: "no leakage"."""

EXCLUDERS = frozenset({"rule", "rules", "ruled", "exclude", "excludes", "excluded"})
"""Words that take it back by themselves, and with a negation do not: "cannot rule out leakage"."""

TURNS = frozenset(
    {"whether", "if", "that", "but", "because", "since", "which", "where", "only", "just", "yet", "however", "although"}
)
"""Words at which the reach of a negation ends: "not clear whether leakage"."""

SUFFIXES = (
    "isations",
    "izations",
    "isation",
    "ization",
    "ations",
    "ation",
    "ings",
    "ing",
    "edly",
    "ed",
    "es",
    "s",
    "ly",
    "e",
)
"""Endings that are taken off to find a word of the plan in another form; the first that fits."""
