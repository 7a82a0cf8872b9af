# xlproc: make evaluate reads inbox/, writes outbox/. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/sh

INBOX ?= inbox
OUTBOX ?= outbox
RULESET ?= mof-2020
VOCABULARY ?=
COUNTS ?= 100 1000
MONTH ?= 6
PYTHON ?= python3

BIN := .venv/bin
OWN := --ruleset '$(RULESET)' $(if $(VOCABULARY),--vocabulary '$(VOCABULARY)')

.PHONY: help evaluate test lint templates samples docs pictures forms clean bench

help:  ## 列出各个目标
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
	@echo
	@echo '变量：INBOX=填报文件夹 OUTBOX=结果文件夹 RULESET=规则集（xlproc rulesets 可查）VOCABULARY=自己的词表（见 docs/forms.zh-CN.md）MONTH=监控表截至的月份'

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 以上：make PYTHON=python3.12 …'; exit 2; }
	@$(PYTHON) -m venv .venv || { echo '建不了虚拟环境：Debian/Ubuntu 请先 apt install python3-venv'; exit 2; }
	@touch $@

.venv/runtime: .venv/python requirements.lock pyproject.toml
	@echo '准备运行环境（只在第一次或依赖变化时）……'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

evaluate: .venv/runtime  ## 评价 inbox/ 里的工作簿，结果写入 outbox/；inbox 空时评价自带的样例
	@mkdir -p '$(INBOX)'
	@if [ -z "$$(find '$(INBOX)' -type f \( -iname '*.xls*' -o -iname '*.et' -o -iname '*.ods' \) ! -name '~$$*' ! -name '.*' | head -n 1)" ]; then \
		echo '$(INBOX)/ 里没有工作簿，先评价自带的样例 samples/，结果在 $(OUTBOX)/samples/。'; \
		$(BIN)/xlproc evaluate samples -o '$(OUTBOX)/samples' $(OWN); \
	else \
		$(BIN)/xlproc evaluate '$(INBOX)' -o '$(OUTBOX)' $(OWN); \
	fi

test: .venv/dev  ## 运行全部测试
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: .venv/dev  ## 检查代码风格和类型
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

templates: .venv/runtime  ## 重新生成 workbook_templates/ 里的空白表样
	@$(BIN)/xlproc template self-evaluation -o workbook_templates --force
	@$(BIN)/xlproc template monitoring --month '$(MONTH)' -o workbook_templates --force

samples: .venv/dev  ## 重新生成 samples/（需要 LibreOffice）
	@$(BIN)/python -m tests.make_samples

docs: .venv/dev  ## 重新生成 docs/ 里由数据而来的各页
	@$(BIN)/python -m tests.make_docs

pictures: .venv/dev  ## 重新生成 docs/ 里各种版式的图（需要 LibreOffice、poppler、ImageMagick）
	@$(BIN)/python -m tests.make_form_pictures

bench: .venv/dev  ## 测量批量评价的速度，写入 benchmarks/results.md（COUNTS="100 1000 10000"）
	@$(BIN)/python -m benchmarks.bench $(COUNTS)

forms: .venv/dev  ## 各地公开的绩效表读得怎样：逐表列出
	@$(BIN)/python -m tests.make_forms

clean:  ## 删除虚拟环境和缓存，不动 inbox 和 outbox
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
